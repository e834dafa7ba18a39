using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class SafeTensorsTests
{
    private static readonly NetworkWeights Weights = new(
    [
        new("conv.weight", new(new(2, 1, 1, 3), [1, -2.5f, float.Epsilon, float.MaxValue, -0f, 1e-20f])),
        new("conv.bias", new(new(2), [0.1f, 0.2f])),
        new("scale", new(new(), [7])),
    ]);

    public static TheoryData<string, string, int, string> BrokenHeaders => new()
    {
        { "no JSON", "not json", 0, "not a valid safetensors file" },
        { "an array", "[1, 2]", 0, "no JSON object" },
        { "no dtype", """{"w": {"shape": [1], "data_offsets": [0, 4]}}""", 4, "'w'" },
        { "no offsets", """{"w": {"dtype": "F32", "shape": [1]}}""", 4, "'w'" },
        { "one offset", """{"w": {"dtype": "F32", "shape": [1], "data_offsets": [0]}}""", 4, "'w': data_offsets are not two numbers" },
        { "text for a number", """{"w": {"dtype": "F32", "shape": ["1"], "data_offsets": [0, 4]}}""", 4, "'w'" },
        { "a fraction", """{"w": {"dtype": "F32", "shape": [1.5], "data_offsets": [0, 4]}}""", 4, "'w'" },
        { "an entry that is a number", """{"w": 3}""", 4, "'w'" },
        { "too few bytes for the shape", """{"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}""", 4, "[2] don't fill bytes 0 to 4" },
        { "a negative dimension", """{"w": {"dtype": "F32", "shape": [-1], "data_offsets": [0, -4]}}""", 4, "'w': a dimension is negative" },
        { "an overflowing shape", """{"w": {"dtype": "F32", "shape": [2000000000, 2000000000, 2000000000], "data_offsets": [0, 4]}}""", 4, "'w'" },
        { "a negative offset", """{"w": {"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]}}""", 4, "'w'" },
        { "an end before the beginning", """{"w": {"dtype": "I32", "shape": [1], "data_offsets": [4, 0]}}""", 4, "'w': its bytes 4 to 0 are no range" },
        {
            "a gap", """{"v": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "w": {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}}""", 12,
            "'w' that starts at byte 8 of the values where 4 is due"
        },
        {
            "an overlap", """{"v": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "w": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}""", 8,
            "'w' that starts at byte 4"
        },
        {
            "a name twice", """{"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "w": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}""", 8,
            "w"
        },
        { "bytes behind the last tensor", """{"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}""", 5, "bytes after its last tensor" },
        { "metadata that are no strings", """{"__metadata__": {"a": 1}}""", 0, "'__metadata__'" },
    };

    [Fact]
    public void What_is_written_is_read_bit_for_bit()
    {
        using MemoryStream stream = new();
        SafeTensors.Write(stream, Weights, new Dictionary<string, string> { ["who"] = "Jürgen \"x\"" });
        stream.Position = 0;
        SafeTensorsContent content = SafeTensors.Read(stream);
        Assert.Equal(Weights.Select(pair => pair.Key), content.Weights.Select(pair => pair.Key));
        foreach ((string name, WeightTensor tensor) in Weights)
        {
            Assert.Equal(tensor.Shape, content.Weights[name].Shape);
            Assert.Equal(tensor.Values.Select(BitConverter.SingleToInt32Bits), content.Weights[name].Values.Select(BitConverter.SingleToInt32Bits));
        }
        Assert.Equal(new KeyValuePair<string, string>("who", "Jürgen \"x\""), Assert.Single(content.Metadata));
    }

    [Fact]
    public void The_bytes_are_those_of_the_specification()
    {
        using MemoryStream stream = new();
        SafeTensors.Write(stream, new([new("a", new(new(1, 2), [1, 2]))]));
        const string Header = """{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""";
        Assert.Equal(56, Header.Length);
        Assert.Equal([56, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(Header), 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40], stream.ToArray());
    }

    [Fact]
    public void Other_float_types_are_converted_and_what_is_no_weight_is_listed()
    {
        byte[] values = new byte[8 + 8 + 16 + 4 + 3 + 2];
        BinaryPrimitives.WriteInt64LittleEndian(values, 1234);
        float[] numbers = [1.5f, -2, 0.25f, 65504];
        for (int i = 0; i < 4; i++)
            BinaryPrimitives.WriteHalfLittleEndian(values.AsSpan(8 + 2 * i), (Half)numbers[i]);
        BinaryPrimitives.WriteDoubleLittleEndian(values.AsSpan(16), 0.1);
        BinaryPrimitives.WriteDoubleLittleEndian(values.AsSpan(24), -1e30);
        BinaryPrimitives.WriteUInt16LittleEndian(values.AsSpan(32), 0x3FC0);
        BinaryPrimitives.WriteUInt16LittleEndian(values.AsSpan(34), 0xC000);
        SafeTensorsContent content = Read(
            """
            {"brain": {"dtype": "BF16", "shape": [2], "data_offsets": [32, 36]},
             "half": {"dtype": "F16", "shape": [2, 2], "data_offsets": [8, 16]},
             "bn.num_batches_tracked": {"dtype": "I64", "shape": [], "data_offsets": [0, 8]},
             "mask": {"dtype": "BOOL", "shape": [3], "data_offsets": [36, 39]},
             "empty": {"dtype": "F32", "shape": [0, 4], "data_offsets": [39, 39]},
             "eighth": {"dtype": "F8_E4M3", "shape": [2], "data_offsets": [39, 41]},
             "double": {"dtype": "F64", "shape": [2], "data_offsets": [16, 32]}}
            """, values);
        Assert.Equal(["half", "double", "brain"], content.Weights.Select(pair => pair.Key));
        Assert.Equal(numbers, content.Weights["half"].Values);
        Assert.Equal([0.1f, -1e30f], content.Weights["double"].Values);
        Assert.Equal([1.5f, -2f], content.Weights["brain"].Values);
        Assert.Equal(
            ["bn.num_batches_tracked: I64 []", "mask: BOOL [3]", "empty: F32 [0×4]", "eighth: F8_E4M3 [2]"],
            content.Unread.Select(entry => $"{entry.Key}: {entry.Value}"));
    }

    [Fact]
    public void A_network_takes_what_it_needs_and_only_that_must_be_readable()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), layers => layers.Linear(1, bias: false, name: "head"));
        byte[] values = new byte[24];
        BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(8), 3);
        BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(12), 4);
        SafeTensorsContent content = Read(
            """
            {"steps": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]},
             "head.weight": {"dtype": "F32", "shape": [1, 2], "data_offsets": [8, 16]},
             "head.mask": {"dtype": "U8", "shape": [8], "data_offsets": [16, 24]}}
            """, values);
        Assert.Equal([3f, 4f], content.Weights.OrderedAs(network)["head.weight"].Values);

        SafeTensorsContent integers = Read("""{"head.weight": {"dtype": "I8", "shape": [1, 2], "data_offsets": [0, 2]}}""", new byte[2]);
        const string Message = "needs 'head.weight' [1×2], which is I8 [1×2] in the file";
        Assert.Contains(Message, Assert.Throws<ArgumentException>(() => integers.Weights.OrderedAs(network)).Message);
        Assert.Contains(Message, Assert.Throws<ArgumentException>(() => integers.Weights.CheckFits(network)).Message);
        // What would stay as it was drawn, though the file has it, is no mere mismatch.
        NetworkWeights fresh = NetworkWeights.Initialize(network, 1);
        Assert.Contains(Message, Assert.Throws<ArgumentException>(() => fresh.LoadMatching(integers.Weights)).Message);
        Assert.Equal("1 of 1 tensors loaded", fresh.LoadMatching(content.Weights).ToString());
        Assert.Equal([3f, 4f], fresh["head.weight"].Values);
    }

    [Fact]
    public void A_count_of_batches_is_no_weight_even_as_a_float()
    {
        SafeTensorsContent content = Read(
            """
            {"bn.num_batches_tracked": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]},
             "bn.weight": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}
            """, new byte[8]);
        Assert.Equal("bn.weight", Assert.Single(content.Weights).Key);
        Assert.Equal("F32 []", content.Unread["bn.num_batches_tracked"]);
    }

    [Theory]
    [InlineData("I64", 8)]
    [InlineData("U64", 8)]
    [InlineData("I32", 4)]
    [InlineData("U16", 2)]
    [InlineData("U8", 1)]
    [InlineData("BOOL", 1)]
    [InlineData("F8_E5M2", 1)]
    [InlineData("C64", 8)]
    [InlineData("a type of the future", 3)]
    public void A_tensor_of_any_type_does_not_hide_the_weights(string type, int bytes)
    {
        // Longer than the memory it is passed over with.
        int count = 3_000_000 / bytes, end = count * bytes;
        byte[] values = new byte[end + 4];
        BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(end), 5);
        SafeTensorsContent content = Read(
            $$$"""
            {"ids": {"dtype": "{{{type}}}", "shape": [{{{count}}}], "data_offsets": [0, {{{end}}}]},
             "w": {"dtype": "F32", "shape": [1], "data_offsets": [{{{end}}}, {{{end + 4}}}]}}
            """, values);
        Assert.Equal([5f], Assert.Single(content.Weights).Value.Values);
        Assert.Equal($"{type} [{count}]", Assert.Single(content.Unread).Value);
    }

    [Fact]
    public void Long_tensors_are_converted_in_pieces()
    {
        const int Count = 300_001;
        byte[] values = new byte[8 * Count];
        for (int i = 0; i < Count; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(values.AsSpan(8 * i), i);
        float[] read = Read($$$"""{"w": {"dtype": "F64", "shape": [{{{Count}}}], "data_offsets": [0, {{{8 * Count}}}]}}""", values).Weights["w"].Values;
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (float)i), read);
    }

    [Theory]
    [MemberData(nameof(BrokenHeaders))]
    public void Broken_headers_are_refused(string what, string header, int valueBytes, string message)
    {
        string actual = Assert.Throws<FormatException>(() => Read(header, new byte[valueBytes])).Message;
        Assert.True(actual.Contains("'broken.safetensors'"), what);
        Assert.True(actual.Contains(message), $"{what}: {actual}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_cut_anywhere_is_called_truncated(bool seekable)
    {
        using MemoryStream stream = new();
        SafeTensors.Write(stream, Weights);
        byte[] bytes = stream.ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            using MemoryStream cut = new(bytes, 0, length);
            using Stream source = seekable ? cut : new Unseekable(cut);
            string message = Assert.Throws<FormatException>(() => SafeTensors.Read(source, "cut.safetensors")).Message;
            Assert.StartsWith("'cut.safetensors' is truncated", message);
        }
        using Unseekable whole = new(new MemoryStream(bytes));
        Assert.Equal(3, SafeTensors.Read(whole).Weights.Count);
    }

    [Theory]
    [InlineData("PK\u0003\u0004 a zip archive of some length")]
    [InlineData("\u0080\u0002}q\u0000X\u0001\u0000 a pickle of some length")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0")]
    public void Foreign_files_are_refused(string start)
    {
        using TempFolder folder = new();
        string path = folder.File("foreign.bin");
        File.WriteAllText(path, start, Encoding.Latin1);
        string message = Assert.Throws<FormatException>(() => SafeTensors.Load(path)).Message;
        Assert.Contains($"'{path}'", message);
        Assert.Contains("no safetensors file", message);
    }

    [Fact]
    public void Sizes_that_a_header_makes_up_take_no_memory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        const string Header = """{"w": {"dtype": "F32", "shape": [500000000], "data_offsets": [0, 2000000000]}}""";
        Assert.Contains("truncated", Assert.Throws<FormatException>(() => Read(Header, [])).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_failure_to_write_leaves_the_old_file_and_nothing_else()
    {
        using TempFolder folder = new();
        string path = folder.File("model.safetensors");
        SafeTensors.Save(path, Weights);
        byte[] old = File.ReadAllBytes(path);
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write([1, 2, 3]);
            throw new IOException("No space left on device");
        }));
        Assert.Equal(old, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Saving_makes_the_folder_and_replaces_the_file()
    {
        using TempFolder folder = new();
        string path = Path.Combine(folder.Path, "a", "b", "model.safetensors");
        SafeTensors.Save(path, Weights);
        SafeTensors.Save(path, new([new("x", new(new(1), [1]))]));
        Assert.Equal("x", Assert.Single(SafeTensors.Load(path).Weights).Key);
        Assert.Throws<FileNotFoundException>(() => SafeTensors.Load(folder.File("none")));
    }

    [Fact]
    public void A_header_is_readable_json_with_aligned_values()
    {
        using MemoryStream stream = new();
        SafeTensors.Write(stream, Weights);
        byte[] bytes = stream.ToArray();
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(8, length));
        Assert.Equal([2, 1, 1, 3], header.RootElement.GetProperty("conv.weight").GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()));
        Assert.Equal(0, header.RootElement.GetProperty("scale").GetProperty("shape").GetArrayLength());
    }

    private static SafeTensorsContent Read(string header, byte[] values)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        using MemoryStream stream = new([.. length, .. text, .. values]);
        return SafeTensors.Read(stream, "broken.safetensors");
    }

    /// <summary>A stream as an archive gives it: it can't seek, and reads come in small pieces.</summary>
    private sealed class Unseekable(Stream source) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => source.Read(buffer, offset, Math.Min(count, 5));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
