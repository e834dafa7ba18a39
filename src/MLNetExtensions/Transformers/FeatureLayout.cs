using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>How the values of a feature column become an input of a network.</summary>
/// <param name="type">The type of the column that the network is trained on.</param>
internal abstract class FeatureLayout(DataViewType type)
{
    public DataViewType Type => type;

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

    /// <summary>Throws where a column that can be read means something else.</summary>
    /// <exception cref="InvalidOperationException">It does.</exception>
    public virtual void CheckMeaning(Column column)
    {
    }

    /// <summary>A reader of a column that fits.</summary>
    public abstract FeatureReader CreateReader(DataViewRow row, Column column);

    protected ArgumentOutOfRangeException Misfit(NetworkInput input, string column, string problem, string seen = "") => new(
        nameof(input), $"The network's input '{input.Name}' {problem}, but the feature column '{column}' is {type}{seen}.");
}
