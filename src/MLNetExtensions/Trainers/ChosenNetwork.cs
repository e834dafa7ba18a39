using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>The network of a fit, and how the feature column becomes its input.</summary>
/// <param name="Trained">What is trained.</param>
/// <param name="Scored">What of it scores.</param>
/// <param name="Layout">How the features lie.</param>
internal sealed record ChosenNetwork(NetworkDefinition Trained, NetworkDefinition Scored, FeatureLayout Layout)
{
    /// <summary>The network for a vector of numbers.</summary>
    /// <param name="options">Name the column and the network.</param>
    /// <param name="type">The column's type.</param>
    /// <param name="outputs">The outputs that the task needs.</param>
    /// <param name="standard">Makes the network where the options name none.</param>
    /// <param name="scoredOutput">Finds what scores.</param>
    /// <exception cref="ArgumentOutOfRangeException">The network does not fit the column or the task.</exception>
    public static ChosenNetwork OfVector(
        NeuralNetworkOptions options, VectorDataViewType type, int outputs, NetworkArchitecture standard, ScoredOutput scoredOutput)
    {
        string column = options.FeatureColumnName;
        if (options.SequenceArchitecture is not null || options.MaxLength is not null)
            throw new ArgumentOutOfRangeException(
                nameof(options),
                $"{nameof(NeuralNetworkOptions.SequenceArchitecture)} and {nameof(NeuralNetworkOptions.MaxLength)} are for vectors of " +
                $"keys, but the feature column '{column}' is {type}. Set {nameof(NeuralNetworkOptions.Architecture)}, or map words to " +
                "keys (mlContext.Transforms.Conversion.MapValueToKey).");
        (TensorShape shape, bool isInterleaved) = PixelOrder.Choose(column, type, options.InputShape, options.InterleavedPixels);
        NetworkDefinition network = Make(
            () => (options.Architecture ?? standard)(shape, outputs), $"'{column}', seen as {shape}, and {outputs} outputs");
        NetworkDefinition scored = scoredOutput.Of(network);
        RequireSizes(network, scored, column, type, type.Size, outputs);
        if (shape.Rank == 3 && network.InputShape.Rank == 3 && !network.InputShape.Equals(shape))
            throw new ArgumentOutOfRangeException(
                nameof(NeuralNetworkOptions.InputShape),
                $"The network takes {network.InputShape}, but the feature column '{column}', {type}, is seen as {shape}. " +
                "Set InputShape to what the network takes, if that is how the values lie; InterleavedPixels says whether " +
                "pixels are height×width×channels (ExtractPixels' interleavePixelColors).");
        return new(network, scored, PixelOrder.Layout(type, isInterleaved, shape.Rank == 3 ? shape : network.InputShape));
    }

    /// <summary>The network for a vector of keys.</summary>
    /// <param name="options">Name the column and the network.</param>
    /// <param name="type">The column's type.</param>
    /// <param name="length">The ids of a row, as far as the network does not say another number.</param>
    /// <param name="outputs">The outputs that the task needs.</param>
    /// <param name="scoredOutput">Finds what scores.</param>
    /// <exception cref="ArgumentOutOfRangeException">The network does not fit the column or the task.</exception>
    public static ChosenNetwork OfKeys(
        NeuralNetworkOptions options, VectorDataViewType type, int length, int outputs, ScoredOutput scoredOutput)
    {
        string column = options.FeatureColumnName;
        if (options.InputShape is not null)
            throw new ArgumentOutOfRangeException(
                nameof(NeuralNetworkOptions.InputShape),
                $"InputShape is for vectors of numbers, but the feature column '{column}' is {type}. Set " +
                $"{nameof(NeuralNetworkOptions.MaxLength)} to the keys of a row.");
        int vocabulary = KeySequenceLayout.VocabularyOf(column, type);
        SequenceArchitecture architecture = options.SequenceArchitecture ?? (options.Architecture is { } fixedVocabulary
            ? (_, length, outputs) => fixedVocabulary(new(length), outputs)
            : (vocabulary, length, outputs) => TextCnn.Create(vocabulary, length, outputs));
        NetworkDefinition network = Make(
            () => architecture(vocabulary, length, outputs), $"'{column}', {vocabulary} ids in rows of {length}, and {outputs} outputs");
        NetworkDefinition scored = scoredOutput.Of(network);
        KeySequenceLayout.RequireIds(network, column, type);
        int width = network.InputLayout.Size;
        RequireSizes(network, scored, column, type, options.MaxLength ?? width, outputs);
        return new(network, scored, new KeySequenceLayout(type, width));
    }

    private static NetworkDefinition Make(Func<NetworkDefinition> make, string made)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw new ArgumentOutOfRangeException($"The architecture can't be made for the feature column {made}: {e.Message}", e);
        }
    }

    private static void RequireSizes(
        NetworkDefinition network, NetworkDefinition scored, string column, VectorDataViewType type, int width, int outputs)
    {
        if (network.InputShape.Size != width || scored.OutputShape.Size != outputs)
            throw new ArgumentOutOfRangeException(
                nameof(NeuralNetworkOptions.Architecture),
                $"The network goes from {network.InputShape} to {scored.OutputShape}, but the feature column '{column}' is " +
                $"{type}{(KeySequenceLayout.IsOfKeys(type) ? $", taken in rows of {width}," : "")} and the task needs {outputs} outputs.");
    }
}
