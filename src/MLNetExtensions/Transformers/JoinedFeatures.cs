using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Transformers;

/// <summary>Reads several columns as one row, behind each other.</summary>
/// <param name="parts">The reader of each column, and the values that it gives.</param>
internal sealed class JoinedFeatures((FeatureReader Reader, int Width)[] parts) : TableReader<float>
{
    private readonly float[] _row = new float[parts.Sum(part => part.Width)];

    public override bool IsCut => parts.Any(part => part.Reader.IsCut);

    public override bool Read()
    {
        bool areFinite = true;
        foreach ((FeatureReader reader, _) in parts)
            areFinite &= reader.Read();
        return areFinite;
    }

    public override void CopyTo(Span<float> features)
    {
        int start = 0;
        foreach ((FeatureReader reader, int width) in parts)
        {
            reader.CopyTo(features.Slice(start, width));
            start += width;
        }
    }

    public override void AddTo(FeatureTable<float> rows)
    {
        CopyTo(_row);
        rows.Add(_row);
    }
}
