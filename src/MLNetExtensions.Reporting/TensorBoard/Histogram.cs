namespace MLNetExtensions.Reporting.TensorBoard;

/// <summary>Histograms as TensorBoard stores them: the upper limit and the count of each bucket.</summary>
internal static class Histogram
{
    private const int Buckets = 30;

    public static HistogramProto Of(ReadOnlySpan<float> values)
    {
        (double min, double max, double sum, double squares, int count) = (double.MaxValue, double.MinValue, 0, 0, 0);
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                continue;
            (min, max, sum, squares, count) =
                (Math.Min(min, value), Math.Max(max, value), sum + value, squares + (double)value * value, count + 1);
        }
        HistogramProto histogram = new();
        if (count == 0)
            return histogram;
        (histogram.Min, histogram.Max, histogram.Num, histogram.Sum, histogram.SumSquares) = (min, max, count, sum, squares);
        double width = (max - min) / Buckets;
        double[] counts = new double[Buckets];
        foreach (float value in values)
        {
            if (float.IsFinite(value))
                counts[width > 0 ? Math.Min((int)((value - min) / width), Buckets - 1) : 0]++;
        }
        for (int i = 0; i < Buckets; i++)
            histogram.BucketLimit.Add(i == Buckets - 1 ? max : min + width * (i + 1));
        histogram.Bucket.AddRange(counts);
        return histogram;
    }
}
