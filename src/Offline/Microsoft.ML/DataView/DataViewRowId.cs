using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>128 bits that identify a row; new ones are derived with the mixing steps of MurmurHash3 (128 bit).</summary>
public readonly struct DataViewRowId(ulong low, ulong high) : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    private const ulong C1 = 0x87c37b91114253d5, C2 = 0x4cf5ad432745937f;

    public readonly ulong Low = low;
    public readonly ulong High = high;

    /// <summary>The id of one of several rows made from this one.</summary>
    public DataViewRowId Fork() => Mixed(BitOperations.RotateLeft(C1, 31) * C2);

    public DataViewRowId Next() => Mixed(0);

    public DataViewRowId Combine(DataViewRowId other)
    {
        other = other.Fork();
        var low = Step(Low ^ BitOperations.RotateLeft(other.Low * C1, 31) * C2, High, 27, 0x52dce729);
        return new(low, Step(High ^ BitOperations.RotateLeft(other.High * C2, 33) * C1, low, 31, 0x38495ab5));
    }

    public int CompareTo(DataViewRowId other) => (High, Low).CompareTo((other.High, other.Low));

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public override string ToString() => $"{High:x16}{Low:x16}";

    private DataViewRowId Mixed(ulong key)
    {
        var low = Step(Low, High, 27, 0x52dce729);
        return new(low ^ key, Step(High, low, 31, 0x38495ab5));
    }

    private static ulong Step(ulong value, ulong partner, int rotation, ulong addend) =>
        (BitOperations.RotateLeft(value, rotation) + partner) * 5 + addend;
}
