using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>Reads the feature vector of a row in the network's order, for training and for scoring.</summary>
internal abstract class FeatureReader
{
    /// <summary>Whether the row that was read last stores only some of its values.</summary>
    public abstract bool IsSparse { get; }

    /// <summary>Reads the current row.</summary>
    /// <returns>Whether every feature is finite.</returns>
    public abstract bool Read();

    /// <summary>Copies the row that was read out as floats, with its zeros.</summary>
    public abstract void CopyTo(Span<float> features);

    /// <summary>Adds what a sparse row stores, as floats.</summary>
    public abstract void AddTo(SparseBuffer rows);

    /// <summary>A reader of <paramref name="column"/>, which must fit <paramref name="layout"/>.</summary>
    public static FeatureReader Create(DataViewRow row, Column column, FeatureLayout layout)
    {
        DataViewType item = ((VectorDataViewType)column.Type).ItemType;
        if (item == NumberDataViewType.Byte)
            return new FeatureVectors<byte>(row, column, layout);
        return layout.Type.ItemType == NumberDataViewType.Byte
            ? new BytesAsSingles(row, column, layout)
            : new FeatureVectors<float>(row, column, layout);
    }
}
