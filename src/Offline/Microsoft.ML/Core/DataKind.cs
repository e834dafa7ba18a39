namespace Microsoft.ML.Data;

public enum DataKind : byte
{
    SByte = 1, Byte, Int16, UInt16, Int32, UInt32, Int64, UInt64, Single, Double,
    String, Boolean, TimeSpan, DateTime, DateTimeOffset,
}

internal static class DataKinds
{
    private static readonly PrimitiveDataViewType[] _types =
    [
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16,
        NumberDataViewType.Int32, NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double,
        TextDataViewType.Instance, BooleanDataViewType.Instance, TimeSpanDataViewType.Instance, DateTimeDataViewType.Instance,
        DateTimeOffsetDataViewType.Instance, RowIdDataViewType.Instance,
    ];

    /// <summary>What comes after the kinds that files have.</summary>
    public const int RowId = 16;

    public static bool IsValid(this DataKind kind) => kind is >= DataKind.SByte and <= DataKind.DateTimeOffset;
    public static PrimitiveDataViewType ToType(this DataKind kind) => _types[(int)kind - 1];
    public static DataKind KindOf(DataViewType type) => (DataKind)(Array.IndexOf(_types, type) + 1);

    /// <summary>The plain column type whose values have that .NET type (string counts as text), or null.</summary>
    public static PrimitiveDataViewType TypeOf(Type rawType) =>
        rawType == typeof(string) ? TextDataViewType.Instance : Array.Find(_types, t => t.RawType == rawType);
}
