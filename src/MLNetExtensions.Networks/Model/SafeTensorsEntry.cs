using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MLNetExtensions.Networks;

/// <summary>One tensor of a safetensors header: its type, shape and place among the values, in bytes.</summary>
internal sealed record SafeTensorsEntry(string Name, string Type, int[] Shape, long Begin, long End)
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>PyTorch's count of batches in batch normalisation, which neither training nor scoring uses here; a float where a
    /// whole state dict was made floats.</summary>
    private const string CountOfBatches = "num_batches_tracked";

    /// <exception cref="FormatException">The entry contradicts itself.</exception>
    public static SafeTensorsEntry Parse(JsonProperty property)
    {
        JsonElement value = property.Value;
        JsonElement offsets = value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
            throw new FormatException("data_offsets are not two numbers.");
        SafeTensorsEntry entry = new(
            property.Name,
            value.GetProperty("dtype").GetString() ?? "",
            [.. value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt32())],
            offsets[0].GetInt64(),
            offsets[1].GetInt64());
        if (entry.Shape.Any(dimension => dimension < 0))
            throw new FormatException("a dimension is negative.");
        if (entry.Begin < 0 || entry.End < entry.Begin)
            throw new FormatException($"its bytes {entry.Begin} to {entry.End} are no range.");
        if (!entry.IsReadable)
            return entry;
        long size = entry.Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));
        if (entry.End - entry.Begin != checked(size * entry.ElementSize))
            throw new FormatException(
                $"{entry.Type} values of shape [{string.Join('×', entry.Shape)}] don't fill bytes {entry.Begin} to {entry.End}.");
        return size <= Array.MaxLength ? entry : throw new FormatException($"{size} values are more than one array can hold.");
    }

    /// <summary>Whether it holds weights: floating-point numbers of 16 bits or more, at least one.</summary>
    public bool IsReadable => Type is "F32" or "F64" or "F16" or "BF16" && !Shape.Contains(0)
        && !Name.EndsWith(CountOfBatches, StringComparison.Ordinal);

    /// <summary>Type and shape: <c>I64 [1]</c>.</summary>
    public string Description => $"{Type} [{string.Join('×', Shape)}]";

    private int ElementSize => Type switch
    {
        "F64" => 8,
        "F32" => 4,
        _ => 2,
    };

    /// <summary>Passes over the values at the stream's position.</summary>
    public void Skip(Stream stream)
    {
        byte[] buffer = new byte[Math.Min(ChunkBytes, End - Begin)];
        for (long left = End - Begin; left > 0; left -= Math.Min(buffer.Length, left))
            stream.ReadExactly(buffer.AsSpan(0, (int)Math.Min(buffer.Length, left)));
    }

    /// <summary>Reads the values at the stream's position as 32-bit floats.</summary>
    public WeightTensor ReadValues(Stream stream)
    {
        TensorShape shape = new(Shape);
        float[] values = new float[shape.Size];
        if (Type == "F32")
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return new(shape, values);
        }
        byte[] buffer = new byte[Math.Min(ChunkBytes, End - Begin)];
        for (int done = 0; done < values.Length;)
        {
            int count = Math.Min(buffer.Length / ElementSize, values.Length - done);
            Span<byte> chunk = buffer.AsSpan(0, count * ElementSize);
            stream.ReadExactly(chunk);
            Convert(chunk, values.AsSpan(done, count));
            done += count;
        }
        return new(shape, values);
    }

    private void Convert(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (Type)
        {
            case "F64":
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(bytes), values);
                break;
            case "F16":
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
                break;
            default:
                // A bfloat16 is the upper half of a float.
                ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int i = 0; i < values.Length; i++)
                    values[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
                break;
        }
    }
}
