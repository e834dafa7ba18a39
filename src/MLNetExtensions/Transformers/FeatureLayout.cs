using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>How the values of a feature column become the input of a network.</summary>
/// <param name="type">The type of the column that the network is trained on.</param>
internal abstract class FeatureLayout(VectorDataViewType type)
{
    public VectorDataViewType Type => type;

    /// <summary>The values of a row that the network takes.</summary>
    public abstract int Width { get; }

    /// <summary>Whether a column can be read as the one that the network was trained on.</summary>
    public abstract bool Fits(VectorDataViewType column);

    /// <summary>A reader of a column that fits.</summary>
    public abstract FeatureReader CreateReader(DataViewRow row, Column column);
}
