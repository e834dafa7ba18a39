using System.Runtime.CompilerServices;

namespace Microsoft.ML;

internal static class ValueCodec
{
    /// <summary>Writes the plain item type, the number of values of a key and the dimensions of a vector.</summary>
    public static void WriteType(this BinaryWriter writer, DataViewType type)
    {
        var key = type.GetItemType() as KeyDataViewType;
        writer.Write((byte)DataKinds.KindOf(key is null ? type.GetItemType() : DataKinds.TypeOf(key.RawType)));
        writer.Write(key?.Count ?? 0);
        var dimensions = (type as VectorDataViewType)?.Dimensions ?? [];
        writer.Write(dimensions.Length);
        foreach (var size in dimensions) writer.Write(size);
    }

    public static DataViewType ReadType(this BinaryReader reader)
    {
        var (kind, count) = (reader.ReadByte(), reader.ReadUInt64());
        Contracts.CheckDecode(kind is > 0 and <= DataKinds.RowId, $"Corrupt model file: there is no type {kind}.");
        var itemType = ((DataKind)kind).ToType();
        if (count > 0) itemType = new KeyDataViewType(itemType.RawType, count);
        var dimensions = new int[reader.ReadInt32()];
        foreach (ref var size in dimensions.AsSpan()) size = reader.ReadInt32();
        return dimensions is [] ? itemType : new VectorDataViewType(itemType, dimensions);
    }

    /// <summary>Writes vectors as their values, texts as such, and all else, which has no references, as its bytes.</summary>
    public static void WriteValue<T>(this BinaryWriter writer, T value)
    {
        if (value is ReadOnlyMemory<char> text) writer.Write(text.ToString());
        else if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            Generic.Call<object>(WriteVector<int>, typeof(T).GetGenericArguments()[0], writer, value);
        else
        {
            var bytes = new byte[Unsafe.SizeOf<T>()];
            Unsafe.WriteUnaligned(ref bytes[0], value);
            writer.Write(bytes);
        }
    }

    public static T ReadValue<T>(this BinaryReader reader)
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>)) return (T)(object)reader.ReadString().AsMemory();
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            return (T)Generic.Call<object>(ReadVector<int>, typeof(T).GetGenericArguments()[0], reader);
        var bytes = new byte[Unsafe.SizeOf<T>()];
        reader.BaseStream.ReadExactly(bytes);
        return Unsafe.ReadUnaligned<T>(ref bytes[0]);
    }

    private static void WriteVector<T>(BinaryWriter writer, VBuffer<T> vector)
    {
        writer.Write(vector.Length);
        foreach (var value in vector.DenseValues()) writer.WriteValue(value);
    }

    private static object ReadVector<T>(BinaryReader reader)
    {
        var values = new T[reader.ReadInt32()];
        foreach (ref var value in values.AsSpan()) value = reader.ReadValue<T>();
        return new VBuffer<T>(values.Length, values);
    }
}
