using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using DataType = MLNetExtensions.Networks.Onnx.TensorProto.Types.DataType;

namespace MLNetExtensions.Networks.Onnx;

/// <summary>Reads the tensors of a model, in the file or beside it.</summary>
/// <param name="folder">Where files of external data lie; null when there is no such folder.</param>
internal sealed class OnnxTensorReader(string? folder)
{
    /// <exception cref="FormatException">The values don't fit the dimensions, or can't be read.</exception>
    /// <exception cref="NotSupportedException">The values are no numbers.</exception>
    public OnnxConstant Read(TensorProto tensor, string name)
    {
        long[] dims = [.. tensor.Dims];
        int count = ElementCount(dims) is { } size and >= 0
            ? size
            : throw new FormatException($"the tensor '{name}' has the impossible dimensions {dims.Text()}.");
        DataType type = (DataType)tensor.DataType;
        ReadOnlySpan<byte> raw = tensor.DataLocation == TensorProto.Types.DataLocation.External
            ? ExternalData.Read(folder, tensor, name, checked((long)count * ElementSize(type, name)))
            : tensor.HasRawData ? tensor.RawData.Span : default;
        bool isRaw = tensor.HasRawData || tensor.DataLocation == TensorProto.Types.DataLocation.External;
        if (isRaw && raw.Length != (long)count * ElementSize(type, name))
            throw new FormatException($"the tensor '{name}' of {count} values of type {type} has {raw.Length} bytes.");

        OnnxConstant constant = type is DataType.Float or DataType.Float16 or DataType.Bfloat16 or DataType.Double
            ? new(dims, isRaw ? Floats(type, raw, count) : Floats(tensor, type, name, count))
            : new(dims, isRaw ? Integers(type, raw, count) : Integers(tensor, type, name, count));
        return constant with { Origin = name };
    }

    /// <summary>The product of dimensions; null when it is negative or more than an array holds.</summary>
    public static int? ElementCount(IEnumerable<long> dims)
    {
        long count = 1;
        bool empty = false;
        foreach (long dim in dims)
        {
            if (dim < 0 || dim > Array.MaxLength)
                return null;
            empty |= dim == 0;
            count = Math.Max(count, 1) * Math.Max(dim, 1);
            if (count > Array.MaxLength)
                return null;
        }
        return empty ? 0 : (int)count;
    }

    private static int ElementSize(DataType type, string name) => type switch
    {
        DataType.Double or DataType.Int64 or DataType.Uint64 => 8,
        DataType.Float or DataType.Int32 or DataType.Uint32 => 4,
        DataType.Float16 or DataType.Bfloat16 or DataType.Int16 or DataType.Uint16 => 2,
        DataType.Int8 or DataType.Uint8 or DataType.Bool => 1,
        _ => throw new NotSupportedException($"the tensor '{name}' has values of type {type}; numbers are needed."),
    };

    private static float[] Floats(DataType type, ReadOnlySpan<byte> raw, int count)
    {
        float[] values = new float[count];
        switch (type)
        {
            case DataType.Float:
                raw.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
                break;
            case DataType.Double:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(raw), values);
                break;
            case DataType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(raw), values);
                break;
            default:
                ReadOnlySpan<ushort> bits = MemoryMarshal.Cast<byte, ushort>(raw);
                for (int i = 0; i < count; i++)
                    values[i] = OfBfloat16(bits[i]);
                break;
        }
        return values;
    }

    private static float[] Floats(TensorProto tensor, DataType type, string name, int count) => type switch
    {
        DataType.Float => Listed(tensor.FloatData, name, count, value => value),
        DataType.Double => Listed(tensor.DoubleData, name, count, value => (float)value),
        DataType.Float16 => Listed(tensor.Int32Data, name, count, bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits)),
        _ => Listed(tensor.Int32Data, name, count, bits => OfBfloat16((ushort)bits)),
    };

    private static long[] Integers(DataType type, ReadOnlySpan<byte> raw, int count)
    {
        long[] values = new long[count];
        switch (type)
        {
            case DataType.Int64 or DataType.Uint64:
                raw.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
                break;
            case DataType.Int32:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, int>(raw), values);
                break;
            case DataType.Uint32:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, uint>(raw), values);
                break;
            case DataType.Int16:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, short>(raw), values);
                break;
            case DataType.Uint16:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, ushort>(raw), values);
                break;
            case DataType.Int8:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, sbyte>(raw), values);
                break;
            default:
                TensorPrimitives.ConvertTruncating(raw, values);
                break;
        }
        return values;
    }

    private static long[] Integers(TensorProto tensor, DataType type, string name, int count) => type switch
    {
        DataType.Int64 => Listed(tensor.Int64Data, name, count, value => value),
        DataType.Uint32 or DataType.Uint64 => Listed(tensor.Uint64Data, name, count, value => (long)value),
        _ when ElementSize(type, name) <= sizeof(int) => Listed(tensor.Int32Data, name, count, value => (long)value),
        _ => throw new NotSupportedException($"the tensor '{name}' has values of type {type}."),
    };

    private static TTo[] Listed<TFrom, TTo>(IReadOnlyCollection<TFrom> list, string name, int count, Func<TFrom, TTo> convert) =>
        list.Count == count
            ? [.. list.Select(convert)]
            : throw new FormatException($"the tensor '{name}' of {count} values has {list.Count}.");

    // A bfloat16 is the upper half of a Single.
    private static float OfBfloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
