using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MLNetExtensions.Networks;

/// <summary>
/// The safetensors format (https://github.com/huggingface/safetensors): 8 bytes with the length of a JSON header (little-endian),
/// the header with type, shape and place of each tensor, the values. Written as F32; F64, F16 and BF16 are read too and
/// converted, and tensors of other types are listed but not read. It holds data only, so reading a foreign file runs no code.
/// </summary>
public static class SafeTensors
{
    /// <summary>The reference implementation's limit; a longer header is another format's first bytes.</summary>
    private const long MaxHeaderLength = 100_000_000;

    private const string MetadataKey = "__metadata__";

    /// <summary>Writes tensors, in their order, and strings of the writer's choice.</summary>
    public static void Write(Stream stream, NetworkWeights weights, IReadOnlyDictionary<string, string>? metadata = null)
    {
        byte[] header = Header(weights, metadata);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach ((_, WeightTensor tensor) in weights)
            stream.Write(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
    }

    /// <summary>Writes a file, beside its place and then renamed into it.</summary>
    /// <exception cref="IOException">The file can't be written; an earlier one is as it was.</exception>
    public static void Save(string path, NetworkWeights weights, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream => Write(stream, weights, metadata));

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">The file is truncated or of another format; the message names it.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SafeTensorsContent Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream to its end. The tensors come in the order of their values; those that are no weights, and
    /// PyTorch's counts of batches (<c>…num_batches_tracked</c>), are in <see cref="SafeTensorsContent.Unread"/>.</summary>
    /// <param name="stream">Positioned at the first byte; it need not seek.</param>
    /// <param name="source">What messages call the stream: a file's name.</param>
    /// <exception cref="FormatException">The stream is truncated or of another format; the message
    /// names the source and the entry.</exception>
    public static SafeTensorsContent Read(Stream stream, string source = "the stream")
    {
        try
        {
            byte[] length = new byte[sizeof(long)];
            stream.ReadExactly(length);
            long headerLength = BinaryPrimitives.ReadInt64LittleEndian(length);
            if (headerLength is < 2 or > MaxHeaderLength)
                throw new FormatException(
                    $"a header of {headerLength} bytes; this is no safetensors file. One of PyTorch's own (.pt, .pth) is " +
                    "converted in Python: safetensors.torch.save_file(torch.load(path), 'weights.safetensors').");
            byte[] header = new byte[headerLength];
            stream.ReadExactly(header);
            (List<SafeTensorsEntry> entries, Dictionary<string, string> metadata) = ParseHeader(header);
            CheckLayout(entries, stream);

            List<KeyValuePair<string, WeightTensor>> tensors = [];
            OrderedDictionary<string, string> unread = [];
            foreach (SafeTensorsEntry entry in entries)
            {
                if (entry.IsReadable)
                {
                    tensors.Add(new(entry.Name, entry.ReadValues(stream)));
                    continue;
                }
                entry.Skip(stream);
                unread.Add(entry.Name, entry.Description);
            }
            if (stream.ReadByte() >= 0)
                throw new FormatException("bytes after its last tensor.");
            return new(new(tensors, unread), metadata);
        }
        catch (EndOfStreamException e)
        {
            throw new FormatException($"'{source}' is truncated: it ends before its last tensor.", e);
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException
            or (InvalidOperationException and not ObjectDisposedException))
        {
            throw new FormatException($"'{source}' is not a valid safetensors file: {e.Message}", e);
        }
    }

    private static byte[] Header(NetworkWeights weights, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach ((string name, WeightTensor tensor) in weights)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (int dimension in tensor.Shape.Dimensions)
                    json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += sizeof(float) * tensor.Shape.Size);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Spaces up to a multiple of 8 align the values for readers that map the file.
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static (List<SafeTensorsEntry> Entries, Dictionary<string, string> Metadata) ParseHeader(byte[] header)
    {
        using JsonDocument document = JsonDocument.Parse(header);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new FormatException("a header that is no JSON object.");
        List<SafeTensorsEntry> entries = [];
        Dictionary<string, string> metadata = [];
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            try
            {
                if (property.Name == MetadataKey)
                    metadata = property.Value.Deserialize<Dictionary<string, string>>() ?? [];
                else
                    entries.Add(SafeTensorsEntry.Parse(property));
            }
            catch (Exception e) when (
                e is InvalidOperationException or KeyNotFoundException or JsonException or FormatException or OverflowException)
            {
                throw new FormatException($"a broken entry '{property.Name}': {e.Message}", e);
            }
        }
        return (entries, metadata);
    }

    /// <summary>Sorts the entries by place and checks that they fill the rest of the file, without gap or overlap.</summary>
    private static void CheckLayout(List<SafeTensorsEntry> entries, Stream stream)
    {
        entries.Sort((left, right) => (left.Begin, left.End).CompareTo((right.Begin, right.End)));
        long end = 0;
        foreach (SafeTensorsEntry entry in entries)
        {
            if (entry.Begin != end)
                throw new FormatException(
                    $"an entry '{entry.Name}' that starts at byte {entry.Begin} of the values where {end} is due.");
            end = entry.End;
        }
        // Before memory is taken for sizes that a broken header made up.
        if (stream.CanSeek && stream.Length - stream.Position < end)
            throw new EndOfStreamException();
    }
}
