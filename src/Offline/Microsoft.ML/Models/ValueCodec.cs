using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Column types and their values in model files.</summary>
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
                writer.Write((byte)Enum.GetValues<DataKind>().First(kind => kind.ToType() == type));
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

    /// <summary>Writes a value of a plain column type, or a vector of them.</summary>
    public static void WriteValue<T>(this BinaryWriter writer, T value)
    {
        switch (value)
        {
            case sbyte v: writer.Write(v); break;
            case byte v: writer.Write(v); break;
            case short v: writer.Write(v); break;
            case ushort v: writer.Write(v); break;
            case int v: writer.Write(v); break;
            case uint v: writer.Write(v); break;
            case long v: writer.Write(v); break;
            case ulong v: writer.Write(v); break;
            case float v: writer.Write(v); break;
            case double v: writer.Write(v); break;
            case bool v: writer.Write(v); break;
            case ReadOnlyMemory<char> v: writer.Write(v.ToString()); break;
            case TimeSpan v: writer.Write(v.Ticks); break;
            case DateTime v: writer.Write(v.ToBinary()); break;
            case DateTimeOffset v: writer.Write(v.Ticks); writer.Write(v.Offset.Ticks); break;
            case DataViewRowId v: writer.Write(v.Low); writer.Write(v.High); break;
            default: Generic.Call<object>(WriteVector<int>, typeof(T).GetGenericArguments()[0], writer, value); break;
        }
    }

    public static T ReadValue<T>(this BinaryReader reader)
    {
        if (typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>))
            return (T)Generic.Call<object>(ReadVector<int>, typeof(T).GetGenericArguments()[0], reader);
        object value = default(T) switch
        {
            sbyte => reader.ReadSByte(),
            byte => reader.ReadByte(),
            short => reader.ReadInt16(),
            ushort => reader.ReadUInt16(),
            int => reader.ReadInt32(),
            uint => reader.ReadUInt32(),
            long => reader.ReadInt64(),
            ulong => reader.ReadUInt64(),
            float => reader.ReadSingle(),
            double => reader.ReadDouble(),
            bool => reader.ReadBoolean(),
            ReadOnlyMemory<char> => reader.ReadString().AsMemory(),
            TimeSpan => new TimeSpan(reader.ReadInt64()),
            DateTime => DateTime.FromBinary(reader.ReadInt64()),
            DateTimeOffset => new DateTimeOffset(reader.ReadInt64(), new(reader.ReadInt64())),
            DataViewRowId => new DataViewRowId(reader.ReadUInt64(), reader.ReadUInt64()),
            _ => throw new NotSupportedException($"Values of {typeof(T)} are not saved."),
        };
        return (T)value;
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
