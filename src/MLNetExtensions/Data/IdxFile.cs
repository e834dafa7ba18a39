using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace MLNetExtensions.Data;

/// <summary>
/// A file in the idx format of MNIST (LeCun, Cortes and Burges): two zero bytes, the type (8: bytes), the number of dimensions,
/// the dimensions as big-endian integers, the bytes. Compressed with gzip or not.
/// </summary>
/// <remarks>.NET's GZipStream says nothing of a file that ends before its checksum, nor of bytes behind it: so the checksum is compared
/// here.</remarks>
internal sealed class IdxFile : IDisposable
{
    private const byte UnsignedByte = 0x08;
    private static ReadOnlySpan<byte> GzipMagic => [0x1F, 0x8B];

    /// <summary>The checksum and the length of the content, at the end of a gzip file (RFC 1952).</summary>
    private const int GzipTrailer = 2 * sizeof(uint);

    private readonly string _path;
    private readonly Stream _stream;

    /// <summary>The checksum of what was read so far; null where the file is not compressed.</summary>
    private readonly Crc32? _checksum;

    private uint _length;

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is of another format or has another number of dimensions.</exception>
    public IdxFile(string path, int rank)
    {
        _path = path;
        (_stream, bool compressed) = OpenStream(path);
        _checksum = compressed ? new() : null;
        try
        {
            Span<byte> magic = stackalloc byte[4];
            Fill(magic);
            if (magic[0] != 0 || magic[1] != 0 || magic[2] != UnsignedByte || magic[3] != rank)
                throw new FormatException(
                    $"'{path}' is not an idx file of bytes with {rank} dimension{(rank == 1 ? "" : "s")}: it begins with " +
                    $"{Convert.ToHexString(magic)}. {(rank == 1 ? "Labels" : "Images")} of MNIST begin with 0000080{rank}.");
            Dimensions = new int[rank];
            Span<byte> dimension = stackalloc byte[sizeof(int)];
            for (int i = 0; i < rank; i++)
            {
                Fill(dimension);
                Dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(dimension);
                if (Dimensions[i] < 1)
                    throw new FormatException($"'{path}' has the dimension {Dimensions[i]}; it is damaged.");
            }
            // Deflate makes at most 1032 bytes of one.
            double largest = Math.Min(Array.MaxLength, new FileInfo(path).Length * (compressed ? 1032.0 : 1));
            if (Dimensions.Skip(1).Aggregate(1.0, (size, dimension) => size * dimension) > largest)
                throw new FormatException($"'{path}' has items of {string.Join('×', Dimensions.Skip(1))} bytes; it is damaged.");
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>The dimensions, the number of items first.</summary>
    public int[] Dimensions { get; }

    /// <summary>Reads the next bytes.</summary>
    /// <exception cref="FormatException">The file ends before, or is no valid gzip file.</exception>
    public void Fill(Span<byte> bytes)
    {
        try
        {
            _stream.ReadExactly(bytes);
            _checksum?.Append(bytes);
            _length += (uint)bytes.Length;
        }
        catch (EndOfStreamException e)
        {
            throw new FormatException(
                $"'{_path}' is truncated: it ends before the number of bytes that its header promises. Download it again.", e);
        }
        catch (InvalidDataException e)
        {
            throw Damaged($"its compressed data can't be read ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>Checks that the file ends where its header says, and that a compressed one is whole.</summary>
    /// <exception cref="FormatException">There is more, or the checksum is another or missing.</exception>
    public void Finish()
    {
        bool ends;
        try
        {
            ends = _stream.ReadByte() < 0;
        }
        catch (InvalidDataException e)
        {
            throw Damaged("its checksum is another than that of its content", e);
        }
        if (!ends)
            throw Damaged("it has more bytes than its header says");
        if (_checksum is null)
            return;
        Span<byte> trailer = stackalloc byte[GzipTrailer];
        using FileStream file = File.OpenRead(_path);
        file.Seek(-Math.Min(GzipTrailer, file.Length), SeekOrigin.End);
        file.ReadAtLeast(trailer, trailer.Length, throwOnEndOfStream: false);
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer) != _checksum.GetCurrentHashAsUInt32()
            || BinaryPrimitives.ReadUInt32LittleEndian(trailer[sizeof(uint)..]) != _length)
            throw Damaged("it does not end with the checksum of its content, but before or behind it");
    }

    public void Dispose() => _stream.Dispose();

    private FormatException Damaged(string how, Exception? inner = null) =>
        new($"'{_path}' is damaged: {how}. Download it again.", inner);

    private static (Stream Stream, bool IsCompressed) OpenStream(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[2];
        bool compressed = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start.SequenceEqual(GzipMagic);
        file.Position = 0;
        return (compressed ? new BufferedStream(new GZipStream(file, CompressionMode.Decompress), 1 << 16) : file, compressed);
    }
}
