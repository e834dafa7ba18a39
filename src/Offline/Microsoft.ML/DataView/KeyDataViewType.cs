namespace Microsoft.ML.Data;

/// <summary>One of a known number of things. Raw value 0 means missing, 1 is the first.</summary>
public sealed class KeyDataViewType : PrimitiveDataViewType
{
    public KeyDataViewType(Type type, ulong count) : base(type)
    {
        Contracts.CheckParam(IsValidDataType(type), nameof(type), $"A key must be Byte, UInt16, UInt32 or UInt64, not {type}.");
        var most = MaxCount(type);
        Contracts.CheckParam(0 < count && count <= most, nameof(count), $"A {type.Name} key has 1 to {most} values, not {count}");
        Count = count;
    }

    public KeyDataViewType(Type type, int count) : this(type, (ulong)count) => Contracts.CheckParam(count > 0, nameof(count));
    public ulong Count { get; }
    internal static ulong MaxCount(Type type) => type == typeof(byte) ? byte.MaxValue
        : type == typeof(ushort) ? ushort.MaxValue : type == typeof(uint) ? uint.MaxValue : ulong.MaxValue;
    public static bool IsValidDataType(Type type) =>
        type == typeof(uint) || type == typeof(ulong) || type == typeof(ushort) || type == typeof(byte);
    public override bool Equals(DataViewType other) =>
        other is KeyDataViewType key && RawType == key.RawType && Count == key.Count;
    public override bool Equals(object other) => other is DataViewType type && Equals(type);
    public override int GetHashCode() => HashCode.Combine(RawType, Count);
    public override string ToString() => $"Key<{RawType.Name}, 0-{Count - 1}>";
}
