using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>Finds what became infinite or NaN in a run, and where.</summary>
/// <param name="network">The network in training.</param>
/// <param name="engine">Scores parts of it.</param>
/// <param name="session">The session that trains it.</param>
/// <param name="optimizer">How its weights change.</param>
internal sealed class DivergenceFinder(
    NetworkDefinition network, INetworkEngine engine, IRunSession session, Optimizer optimizer)
{
    /// <summary>The largest gradient whose square is a Single.</summary>
    private static readonly float SquareLimit = MathF.Sqrt(float.MaxValue);

    /// <summary>What is wrong with the gradients of the last step; null for nothing.</summary>
    /// <param name="gradients">Receives them.</param>
    public Divergence? OfGradients(NetworkWeights gradients)
    {
        session.ReadGradients(gradients);
        // The backward pass goes through the parameters from the last to the first.
        if (FirstBroken(gradients.Reverse()) is var (name, value))
            return new("gradient", name, $"the gradient of '{name}' became {value}");
        if (optimizer is Sgd)
            return null;
        foreach ((string large, WeightTensor tensor) in gradients)
        {
            float largest = TensorPrimitives.MaxMagnitude<float>(tensor.Values);
            if (MathF.Abs(largest) > SquareLimit)
                return new(
                    "gradient", large,
                    $"the gradient of '{large}' became {largest}, and {optimizer.GetType().Name} can't go on from its square, " +
                    "which is infinite in Single,");
        }
        return null;
    }

    /// <summary>What is wrong with the weights; null for nothing.</summary>
    /// <param name="weights">Receives them.</param>
    public Divergence? OfWeights(NetworkWeights weights)
    {
        session.ReadWeights(weights);
        return FirstBroken(weights) is var (name, value) ? new("weight", name, $"the weight '{name}' became {value}") : null;
    }

    /// <summary>Why a step gave no finite loss.</summary>
    /// <param name="loss">What it gave.</param>
    /// <param name="batch">Its examples.</param>
    /// <param name="scratch">Memory for weights or gradients.</param>
    public Divergence OfStep(double loss, in TrainingBatch batch, NetworkWeights scratch)
    {
        if (OfWeights(scratch) is { } weights)
            return weights;
        if (session.FailedInGradients(batch) && OfGradients(scratch) is { } gradients)
            return gradients;
        return OfScores("loss", loss, batch, scratch);
    }

    /// <summary>Why the examples of a batch have no finite loss, by the first layer that gives no numbers for one of
    /// them.</summary>
    /// <param name="quantity">Which loss it is.</param>
    /// <param name="loss">Its value.</param>
    /// <param name="batch">The examples.</param>
    /// <param name="scratch">Memory for weights.</param>
    public Divergence OfScores(string quantity, double loss, in TrainingBatch batch, NetworkWeights scratch)
    {
        string text = $"the {quantity} became {loss}";
        if (!batch.StoredFeatures.IsEmpty && !TensorPrimitives.IsFiniteAll(batch.StoredFeatures))
            return new("features", null, $"{text}, since features of the batch are not finite,");
        if (OfWeights(scratch) is { } weights)
            return weights;
        // The batch of an adversarial pair is no input of both networks together.
        bool isInput = batch.IsSparse || batch.Features.Length == batch.Count * network.InputLayout.Size;
        NetworkNode? layer = isInput ? FirstBrokenLayer(batch, scratch) : null;
        return new(
            quantity,
            layer?.Name,
            layer is null ? text : $"{text}, from the output of layer '{layer.Name}' ({layer.Layer.GetType().Name}) on,");
    }

    private NetworkNode? FirstBrokenLayer(in TrainingBatch batch, NetworkWeights weights)
    {
        int last = network.Nodes.Length - 1;
        float[] example = new float[network.InputLayout.Size];
        for (int row = 0; row < batch.Count; row++)
        {
            batch.CopyExample(row, example);
            if (!IsFinite(last, example, weights))
                return FirstBrokenLayer(example, last, weights);
        }
        return null;
    }

    /// <summary>Halves the layers before a broken one until it is found, and follows what that takes from other
    /// branches.</summary>
    private NetworkNode FirstBrokenLayer(ReadOnlySpan<float> example, int broken, NetworkWeights weights)
    {
        for (int finite = -1; broken - finite > 1;)
        {
            int middle = (finite + broken) / 2;
            if (IsFinite(middle, example, weights))
                finite = middle;
            else
                broken = middle;
        }
        foreach (string input in network.Nodes[broken].Inputs)
        {
            int place = Array.FindIndex([.. network.Nodes], node => node.Name == input);
            if (place >= 0 && !IsFinite(place, example, weights))
                return FirstBrokenLayer(example, place, weights);
        }
        return network.Nodes[broken];
    }

    /// <summary>Whether a layer's output for an example is finite.</summary>
    private bool IsFinite(int layer, ReadOnlySpan<float> example, NetworkWeights weights)
    {
        NetworkDefinition part = new(network.Inputs, network.Nodes.Take(layer + 1), []);
        NetworkWeights own = new(part.Parameters.Select(spec => KeyValuePair.Create(spec.Name, weights[spec.Name])));
        float[] output = new float[part.OutputShape.Size];
        using IInferenceSession scorer = engine.CreateInferenceSession(new(part, own), 1);
        scorer.Run(example, 1, output);
        return TensorPrimitives.IsFiniteAll<float>(output);
    }

    private static (string Name, float Value)? FirstBroken(IEnumerable<KeyValuePair<string, WeightTensor>> tensors)
    {
        foreach ((string name, WeightTensor tensor) in tensors)
        {
            if (!TensorPrimitives.IsFiniteAll<float>(tensor.Values))
                return (name, tensor.Values.First(value => !float.IsFinite(value)));
        }
        return null;
    }
}
