using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

/// <summary>The row classes that cases of the text loader name.</summary>
public static class TextRows
{
    public sealed class House
    {
        [LoadColumn(0)] public float Size;
        [LoadColumn(1)] public string Town;
        [LoadColumn(2)] public bool Sold;
        [LoadColumn(3), ColumnName("Label")] public float Price;
    }

    public sealed class Props
    {
        [LoadColumn(1)] public int Count { get; set; }
        [LoadColumn(0)] public string Id { get; set; }
        [LoadColumn(2)] public double Weight { get; set; }
        [LoadColumn(3)] public long Big { get; set; }
    }

    public sealed class Vec
    {
        [LoadColumn(0)] public float Label;
        [LoadColumn(1, 3), VectorType(3)] public float[] Features;
    }

    public sealed class VecNoSize
    {
        [LoadColumn(0)] public float Label;
        [LoadColumn(1, 3)] public float[] Features;
    }

    public sealed class Picked
    {
        [LoadColumn(new[] { 0, 2 }), VectorType(2)] public float[] Pick;
        [LoadColumn(1)] public string Name;
    }

    public sealed class Named
    {
        [LoadColumn(0), LoadColumnName("size")] public float Size;
        [LoadColumnName("town")] public string Town;
    }

    public sealed class NoLoad
    {
        public float A;
        public string B;
    }

    public sealed class PartLoad
    {
        [LoadColumn(0)] public float A;
        public float NotLoaded;
        [NoColumn, LoadColumn(1)] public float Skipped;
    }

    public sealed class Keyed
    {
        [LoadColumn(0), KeyType(4)] public uint K;
        [LoadColumn(1)] public DateTime When;
    }
}
