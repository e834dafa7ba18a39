using System.Runtime.CompilerServices;

namespace Microsoft.ML;

internal static class ValueCodec
{
    private const byte Vector = 255, Key = 254, RowId = 253;

    public static void WriteType(this BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case VectorDataViewType vector:
                writer.Write(Vector);
                writer.WriteType(vector.ItemType);
                writer.Write(vector.Dimensions.Length);
                foreach (var size in vector.Dimensions) writer.Write(size);
                break;
            case KeyDataViewType key:
                writer.Write(Key);
                writer.WriteType(DataKinds.TypeOf(key.RawType));
                writer.Write(key.Count);
                break;
            case RowIdDataViewType:
                writer.Write(RowId);
                break;
            default:
                writer.Write((byte)DataKinds.KindOf(type));
                break;
        }
    }

    public static DataViewType ReadType(this BinaryReader reader)
    {
        switch (reader.ReadByte())
        {
            case Vector:
                var itemType = (PrimitiveDataViewType)reader.ReadType();
                var dimensions = new int[reader.ReadInt32()];
                foreach (ref var size in dimensions.AsSpan()) size = reader.ReadInt32();
                return new VectorDataViewType(itemType, dimensions);
            case Key:
                return new KeyDataViewType(reader.ReadType().RawType, reader.ReadUInt64());
            case RowId:
                return RowIdDataViewType.Instance;
            case var kind:
                Contracts.CheckDecode(((DataKind)kind).IsValid(), $"Corrupt model file: there is no type {kind}.");
                return ((DataKind)kind).ToType();
        }
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

    private static object WriteVector<T>(BinaryWriter writer, VBuffer<T> vector)
    {
        writer.Write(vector.Length);
        foreach (var value in vector.DenseValues()) writer.WriteValue(value);
        return null;
    }

    private static object ReadVector<T>(BinaryReader reader)
    {
        var values = new T[reader.ReadInt32()];
        foreach (ref var value in values.AsSpan()) value = reader.ReadValue<T>();
        return new VBuffer<T>(values.Length, values);
    }
}
