using Microsoft.ML;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>Reads bytes that were converted to Single, as permutation feature importance needs them. Pixels that were scaled as
/// well would give nonsense, and are told by their fractions.</summary>
/// <inheritdoc cref="FeatureVectors{T}"/>
internal sealed class BytesAsSingles(DataViewRow row, Column column, VectorLayout layout)
    : FeatureVectors<float>(row, column, layout)
{
    private readonly string _name = column.Name;

    protected override bool AreFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (value is >= byte.MinValue and <= byte.MaxValue ? value != MathF.Floor(value) : float.IsFinite(value))
                throw new InvalidOperationException(
                    $"The feature column '{_name}' holds {value}, but the network was trained on bytes: give it whole numbers " +
                    "from 0 to 255, not scaled ones.");
        }
        return base.AreFinite(values);
    }
}
