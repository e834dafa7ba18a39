namespace Microsoft.ML;

/// <summary>Column types and their values in model files.</summary>
internal static class ValueCodec
{
    private const byte Vector = 255, Key = 254, RowId = 253;

    private static readonly Dictionary<Type, (Delegate Write, Delegate Read)> _codecs = new(
    [
        Codec<sbyte>((w, v) => w.Write(v), r => r.ReadSByte()),
        Codec<byte>((w, v) => w.Write(v), r => r.ReadByte()),
        Codec<short>((w, v) => w.Write(v), r => r.ReadInt16()),
        Codec<ushort>((w, v) => w.Write(v), r => r.ReadUInt16()),
        Codec<int>((w, v) => w.Write(v), r => r.ReadInt32()),
        Codec<uint>((w, v) => w.Write(v), r => r.ReadUInt32()),
        Codec<long>((w, v) => w.Write(v), r => r.ReadInt64()),
        Codec<ulong>((w, v) => w.Write(v), r => r.ReadUInt64()),
        Codec<float>((w, v) => w.Write(v), r => r.ReadSingle()),
        Codec<double>((w, v) => w.Write(v), r => r.ReadDouble()),
        Codec<bool>((w, v) => w.Write(v), r => r.ReadBoolean()),
        Codec<ReadOnlyMemory<char>>((w, v) => w.Write(v.ToString()), r => r.ReadString().AsMemory()),
        Codec<TimeSpan>((w, v) => w.Write(v.Ticks), r => new(r.ReadInt64())),
        Codec<DateTime>((w, v) => w.Write(v.ToBinary()), r => DateTime.FromBinary(r.ReadInt64())),
        Codec<DateTimeOffset>((w, v) => { w.Write(v.Ticks); w.Write(v.Offset.Ticks); },
            r => new(r.ReadInt64(), new(r.ReadInt64()))),
        Codec<DataViewRowId>((w, v) => { w.Write(v.Low); w.Write(v.High); }, r => new(r.ReadUInt64(), r.ReadUInt64())),
    ]);

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
        if (_codecs.TryGetValue(typeof(T), out var codec)) ((Action<BinaryWriter, T>)codec.Write)(writer, value);
        else Generic.Call<object>(WriteVector<int>, typeof(T).GetGenericArguments()[0], writer, value);
    }

    public static T ReadValue<T>(this BinaryReader reader) => _codecs.TryGetValue(typeof(T), out var codec)
        ? ((Func<BinaryReader, T>)codec.Read)(reader)
        : (T)Generic.Call<object>(ReadVector<int>, typeof(T).GetGenericArguments()[0], reader);

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

    private static KeyValuePair<Type, (Delegate, Delegate)> Codec<T>(Action<BinaryWriter, T> write, Func<BinaryReader, T> read) =>
        new(typeof(T), (write, read));
}
