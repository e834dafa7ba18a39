using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Persistence;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>How the values of a feature column become an input of a network.</summary>
/// <param name="type">The type of the column that the network is trained on.</param>
/// <param name="values">What its keys stand for; null where they don't say it, or there are none.</param>
internal abstract class FeatureLayout(DataViewType type, KeyValues? values = null)
{
    public DataViewType Type => type;

    public KeyValues? Values => values;

    /// <summary>The values of a row that the network takes.</summary>
    public abstract int Width { get; }

    /// <summary>The input that the column would fill.</summary>
    public abstract NetworkInput InputOf(string column);

    /// <summary>The layout for the input that a network has for the column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column does not fill it.</exception>
    public virtual FeatureLayout For(NetworkInput input, string column) => input.Shape.Size == Width
        ? this
        : throw Misfit(input, column, $"takes {input.Shape}");

    /// <summary>Whether a column can be read as the one that the network was trained on.</summary>
    public abstract bool Fits(DataViewType column);

    /// <summary>Throws where the keys of a column that can be read are of another mapping: they stand for other categories or words, of
    /// which nobody would hear.</summary>
    /// <exception cref="InvalidOperationException">They are.</exception>
    public void CheckMeaning(Column column)
    {
        if (values is not null && KeyValues.Of(column) is { } others && others.FirstDifference(values) is int key)
            throw new InvalidOperationException(
                $"The feature column '{column.Name}' has other key values than that of the training data, or in another order: key " +
                $"{key} is '{others[key]}', in the training data '{values[key]}'. Map both with one fitted transformer " +
                "(mlContext.Transforms.Conversion.MapValueToKey, fitted on the training data).");
    }

    /// <summary>A reader of a column that fits.</summary>
    public abstract FeatureReader CreateReader(DataViewRow row, Column column);

    protected ArgumentOutOfRangeException Misfit(NetworkInput input, string column, string problem, string seen = "") => new(
        nameof(input), $"The network's input '{input.Name}' {problem}, but the feature column '{column}' is {type}{seen}.");
}
