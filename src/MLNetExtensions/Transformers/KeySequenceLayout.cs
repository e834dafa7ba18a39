using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Persistence;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>
/// How a vector of keys becomes the input of a network of ids: the key value is the id, a missing one (0), as a word that
/// <c>MapValueToKey</c> does not know, is 0 as the padding is. Shorter rows are padded behind their last key, longer ones cut.
/// </summary>
/// <param name="type">The type of the column that the network is trained on, of keys.</param>
/// <param name="length">The ids of a row that the network takes.</param>
/// <param name="values">What the keys stand for; null where they don't say it.</param>
internal sealed class KeySequenceLayout(VectorDataViewType type, int length, KeyValues? values) : FeatureLayout(type, values)
{
    public override int Width => length;

    /// <summary>The number of ids, that of padding included.</summary>
    public int Vocabulary { get; } = (int)((KeyDataViewType)type.ItemType).Count + 1;

    /// <summary>Whether a column has vectors of keys.</summary>
    public static bool IsOfKeys(VectorDataViewType type) => type.ItemType is KeyDataViewType;

    /// <summary>The ids that a network needs for a column of keys.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more than an embedding can have.</exception>
    public static int VocabularyOf(string column, KeyDataViewType type)
    {
        ulong keys = type.Count;
        return keys < NetworkInput.MaxVocabularySize
            ? (int)keys + 1
            : throw new ArgumentOutOfRangeException(
                nameof(column),
                $"The feature column '{column}' has {keys} keys, and a network takes at most {NetworkInput.MaxVocabularySize - 1}. Take " +
                "fewer: maximumNumberOfKeys of mlContext.Transforms.Conversion.MapValueToKey, or numberOfBits of Hash.");
    }

    /// <summary>Throws unless a network takes the ids of a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It takes numbers, several inputs, or has too few ids.</exception>
    public static void RequireIds(NetworkDefinition network, string column, VectorDataViewType type)
    {
        if (network.Inputs is not [{ VocabularySize: not null } input])
            throw new ArgumentOutOfRangeException(
                nameof(network),
                $"The feature column '{column}' is {type}, so the network needs one input of ids " +
                $"({nameof(NetworkBuilder)}.{nameof(NetworkBuilder.InputIds)}), but it has " +
                $"{string.Join(", ", network.Inputs.Select(Describe))}.");
        RequireIds(input, column, type.ItemType);

        static string Describe(NetworkInput input) =>
            $"'{input.Name}', {(input.VocabularySize is null ? "numbers" : "ids")} {input.Shape}";
    }

    /// <summary>Throws unless an input takes the ids of a column, if that has keys.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It takes numbers, or has too few ids.</exception>
    public static void RequireIds(NetworkInput input, string column, DataViewType type)
    {
        if (type is not KeyDataViewType keys)
            return;
        int vocabulary = VocabularyOf(column, keys);
        if (input.VocabularySize is not { } ids)
            throw new ArgumentOutOfRangeException(
                nameof(input),
                $"The network's input '{input.Name}' takes numbers, but the feature column '{column}' has keys. Make it an input of ids " +
                $"({nameof(NetworkBuilder)}.{nameof(NetworkBuilder.InputIds)}), or the keys numbers " +
                "(mlContext.Transforms.Conversion.MapKeyToVector).");
        if (ids < vocabulary)
            throw new ArgumentOutOfRangeException(
                nameof(input),
                $"The network's input '{input.Name}' has {ids} ids, but the feature column '{column}' has {vocabulary}: {vocabulary - 1} " +
                "keys, and 0 for padding and missing ones. Make the vocabulary of the network (and its Embedding) so large, or " +
                "take fewer keys (maximumNumberOfKeys of mlContext.Transforms.Conversion.MapValueToKey).");
    }

    /// <summary>Whether a column has the same keys; how many lie in a row doesn't matter.</summary>
    public override bool Fits(DataViewType column) => column is VectorDataViewType keys && keys.ItemType.Equals(type.ItemType);

    public override NetworkInput InputOf(string column) =>
        new(column, new(length), VocabularyOf(column, (KeyDataViewType)type.ItemType));

    public override FeatureLayout For(NetworkInput input, string column)
    {
        RequireIds(input, column, type.ItemType);
        return new KeySequenceLayout(type, checked((int)input.Shape.Size), Values);
    }

    public override FeatureReader CreateReader(DataViewRow row, Column column)
    {
        Type key = ((VectorDataViewType)column.Type).ItemType.RawType;
        return key == typeof(uint) ? new KeySequence<uint>(row, column, this)
            : key == typeof(ushort) ? new KeySequence<ushort>(row, column, this)
            : new KeySequence<byte>(row, column, this);
    }
}
