using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>New classes for a trained model: where the label has all of its classes and more, in any order, the outputs of those that it
/// knows go on from what it learned, and those of the new ones are drawn.</summary>
internal static class KnownClasses
{
    /// <summary>The place of each class of a label among the model's outputs, −1 for a new one; null when the label has no more
    /// classes than the model, or nothing tells which is which.</summary>
    /// <exception cref="InvalidOperationException">The label lacks one of the model's classes; the message names it.</exception>
    public static int[]? Find(DataViewSchema.Column label, PredictionHead head, PredictionHead? initial)
    {
        if (head is not MulticlassHead { KeyValues: { } values } || initial is not MulticlassHead { KeyValues: { } known }
            || values.Count <= known.Count)
            return null;
        Dictionary<object, int> places = Enumerable.Range(1, known.Count).ToDictionary(key => known[key], key => key - 1);
        int[] found = [.. Enumerable.Range(1, values.Count).Select(key => places.GetValueOrDefault(values[key], -1))];
        int lost = Enumerable.Range(0, known.Count).Except(found).FirstOrDefault(-1);
        return lost < 0
            ? found
            : throw new InvalidOperationException(
                $"The label column '{label.Name}' has no key value '{known[lost + 1]}', which is a class of the initial model. New " +
                "classes come beside those that a model knows; to leave some out, set " +
                $"{nameof(NeuralNetworkOptions.InitialWeights)} to its weights.");
    }

    /// <summary>The weights of a model, with outputs for new classes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="places">What <see cref="Find"/> found.</param>
    /// <param name="network">The network with more outputs.</param>
    /// <param name="seed">Draws what is new.</param>
    /// <exception cref="ArgumentException">The model is of another network.</exception>
    public static NetworkWeights Extend(NetworkModel model, int[] places, NetworkDefinition network, int seed)
    {
        NetworkWeights weights = NetworkWeights.Initialize(network, seed);
        WeightMatch match = weights.LoadMatching(model.Weights);
        HashSet<string> ofOutput = [.. network.ParametersOf(network.OutputNode().Name).Select(spec => spec.Name)];
        if (match.Missing.Concat(match.Unexpected).Concat(match.Mismatched.Except(ofOutput)).FirstOrDefault() is string other)
            throw new ArgumentException($"'{other}' is not the same in both.");
        foreach (string name in match.Mismatched)
        {
            (float[] from, float[] to) = (model.Weights[name].Values, weights[name].Values);
            int size = to.Length / places.Length;
            for (int i = 0; i < places.Length; i++)
            {
                if (places[i] >= 0)
                    from.AsSpan(places[i] * size, size).CopyTo(to.AsSpan(i * size));
            }
        }
        return weights;
    }
}
