using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Persistence;
using MLNetExtensions.Transformers;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Trainers;

/// <summary>The network of a fit, and how the feature columns become its inputs.</summary>
/// <param name="Trained">What is trained.</param>
/// <param name="Scored">What of it scores.</param>
/// <param name="Features">The columns, and how they lie.</param>
internal sealed record ChosenNetwork(NetworkDefinition Trained, NetworkDefinition Scored, FeatureColumns Features)
{
    /// <summary>The network for the columns of training data.</summary>
    /// <param name="options">Name the columns and the network.</param>
    /// <param name="data">The training data.</param>
    /// <param name="outputs">The outputs that the task needs.</param>
    /// <param name="standard">Makes the network for a vector of numbers where the options name none.</param>
    /// <param name="scoredOutput">Finds what scores.</param>
    /// <param name="initial">The columns of the model to go on from; null when there is none, or they are unknown.</param>
    /// <param name="cancellation">Ends a search for the longest row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The network does not fit the columns or the task.</exception>
    public static ChosenNetwork For(
        NeuralNetworkOptions options, IDataView data, int outputs, NetworkArchitecture standard, ScoredOutput scoredOutput,
        FeatureColumns? initial, FitCancellation cancellation)
    {
        if (options.FeatureColumnNames.Count > 0)
            return OfColumns(
                options, new([.. options.FeatureColumnNames.Select(name => new FeatureColumn(name, LayoutOf(data.Schema[name])))]),
                outputs, scoredOutput);
        Column column = data.Schema[options.FeatureColumnName];
        VectorDataViewType type = (VectorDataViewType)column.Type;
        return KeySequenceLayout.IsOfKeys(type)
            ? OfKeys(options, column, LengthOf(column), outputs, scoredOutput)
            : OfVector(options, type, outputs, standard, scoredOutput);

        FeatureLayout LayoutOf(Column column)
        {
            if (column.Type is not VectorDataViewType vector)
                return new ScalarLayout((PrimitiveDataViewType)column.Type, KeyValues.Of(column));
            if (KeySequenceLayout.IsOfKeys(vector))
                return new KeySequenceLayout(vector, LengthOf(column), KeyValues.Of(column));
            (TensorShape shape, bool isInterleaved) = PixelOrder.Choose(column.Name, vector, null, options.InterleavedPixels);
            return PixelOrder.Layout(vector, isInterleaved, shape);
        }

        int LengthOf(Column column) =>
            (initial?.Columns.FirstOrDefault(known => known.Name == column.Name)?.Layout as KeySequenceLayout)?.Width
            ?? SequenceLength.Find(data, column, options.MaxLength ?? SequenceLength.Default, cancellation);
    }

    /// <summary>The network for several columns, each of which is an input of its name. One input of numbers takes them
    /// all.</summary>
    private static ChosenNetwork OfColumns(
        NeuralNetworkOptions options, FeatureColumns offered, int outputs, ScoredOutput scoredOutput)
    {
        if (options.MaxLength is not null && !offered.Columns.Any(column => column.Layout is KeySequenceLayout))
            throw new ArgumentOutOfRangeException(
                nameof(NeuralNetworkOptions.MaxLength),
                $"{nameof(NeuralNetworkOptions.MaxLength)} is for vectors of keys, of which the feature columns {offered.Names} are none.");
        if (options.InterleavedPixels == true && !offered.Columns.Any(column => column.Layout is VectorLayout))
            throw new ArgumentOutOfRangeException(
                nameof(NeuralNetworkOptions.InterleavedPixels),
                $"{nameof(NeuralNetworkOptions.InterleavedPixels)} is for pixels, of which the feature columns {offered.Names} have none.");
        NetworkInput[] inputs = [.. offered.Columns.Select(column => column.Layout.InputOf(column.Name))];
        MultiInputArchitecture architecture = options.MultiInputArchitecture ?? (options.Architecture is { } whole
            ? (_, outputs) => whole(inputs is [var only] ? only.Shape : new(offered.Width), outputs)
            : (inputs, outputs) => EntityEmbeddingNetwork.Create(inputs, outputs, [64, 32]));
        NetworkDefinition network = Make(() => architecture(inputs, outputs), $"{offered.Names} and {outputs} outputs");
        NetworkDefinition scored = scoredOutput.Of(network);
        if (scored.OutputShape.Size != outputs)
            throw Misfit($"The network gives {scored.OutputShape}, but the task needs {outputs} outputs.");
        if (network.Inputs is [var input] && offered.Columns is [var column])
            return new(network, scored, new(Fill(input, column)));
        if (network.Inputs is [{ VocabularySize: null } only] && inputs.All(input => input.VocabularySize is null))
            return only.Shape.Size == offered.Width
                ? new(network, scored, offered)
                : throw Misfit(
                    $"The network takes {only.Shape}, but the feature columns {offered.Names} have {offered.Width} numbers together.");
        if (offered.Columns.FirstOrDefault(column => network.Inputs.All(input => input.Name != column.Name)) is { } unused)
            throw Misfit(
                $"The network has no input '{unused.Name}' for the feature column of that name; it has " +
                $"{string.Join(", ", network.Inputs.Select(input => $"'{input.Name}'"))}.");
        return new(network, scored, new([.. network.Inputs.Select(input => Fill(input, Named(input.Name)))]));

        FeatureColumn Named(string input) => offered.Columns.FirstOrDefault(column => column.Name == input)
            ?? throw Misfit($"The network's input '{input}' is none of the feature columns {offered.Names}.");

        FeatureColumn Fill(NetworkInput input, FeatureColumn column)
        {
            FeatureLayout layout = column.Layout.For(input, column.Name);
            return layout is not KeySequenceLayout || !(layout.Width > options.MaxLength)
                ? column with { Layout = layout }
                : throw Misfit(
                    $"The network's input '{input.Name}' takes {input.Shape}, more than {nameof(NeuralNetworkOptions.MaxLength)}, " +
                    $"{options.MaxLength}.");
        }

        static ArgumentOutOfRangeException Misfit(string problem) =>
            new(nameof(NeuralNetworkOptions.MultiInputArchitecture), problem);
    }

    /// <summary>The network for a vector of numbers.</summary>
    private static ChosenNetwork OfVector(
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
        return Of(network, scored, column, PixelOrder.Layout(type, isInterleaved, shape.Rank == 3 ? shape : network.InputShape));
    }

    /// <summary>The network for a vector of keys.</summary>
    /// <param name="options">Name the column and the network.</param>
    /// <param name="column">The column.</param>
    /// <param name="length">The ids of a row, as far as the network does not say another number.</param>
    /// <param name="outputs">The outputs that the task needs.</param>
    /// <param name="scoredOutput">Finds what scores.</param>
    private static ChosenNetwork OfKeys(
        NeuralNetworkOptions options, Column column, int length, int outputs, ScoredOutput scoredOutput)
    {
        (string name, VectorDataViewType type) = (column.Name, (VectorDataViewType)column.Type);
        if (options.InputShape is not null)
            throw new ArgumentOutOfRangeException(
                nameof(NeuralNetworkOptions.InputShape),
                $"InputShape is for vectors of numbers, but the feature column '{name}' is {type}. Set " +
                $"{nameof(NeuralNetworkOptions.MaxLength)} to the keys of a row.");
        if (options.InterleavedPixels == true)
            throw new ArgumentOutOfRangeException(
                nameof(NeuralNetworkOptions.InterleavedPixels),
                $"{nameof(NeuralNetworkOptions.InterleavedPixels)} is for pixels, but the feature column '{name}' is {type}.");
        int vocabulary = KeySequenceLayout.VocabularyOf(name, (KeyDataViewType)type.ItemType);
        SequenceArchitecture architecture = options.SequenceArchitecture ?? (options.Architecture is { } fixedVocabulary
            ? (_, length, outputs) => fixedVocabulary(new(length), outputs)
            : (vocabulary, length, outputs) => TextCnn.Create(vocabulary, length, outputs));
        NetworkDefinition network = Make(
            () => architecture(vocabulary, length, outputs), $"'{name}', {vocabulary} ids in rows of {length}, and {outputs} outputs");
        NetworkDefinition scored = scoredOutput.Of(network);
        KeySequenceLayout.RequireIds(network, name, type);
        int width = network.InputLayout.Size;
        RequireSizes(network, scored, name, type, Math.Min(width, options.MaxLength ?? width), outputs);
        return Of(network, scored, name, new KeySequenceLayout(type, width, KeyValues.Of(column)));
    }

    private static ChosenNetwork Of(NetworkDefinition network, NetworkDefinition scored, string column, FeatureLayout layout) =>
        new(network, scored, new(new FeatureColumn(column, layout)));

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
                $"{type}{(KeySequenceLayout.IsOfKeys(type) ? $", taken in rows of at most {width}," : "")} and the task needs {outputs} outputs.");
    }
}
