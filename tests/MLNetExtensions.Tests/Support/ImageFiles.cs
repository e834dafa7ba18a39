using System.IO.Compression;

namespace MLNetExtensions.Tests;

/// <summary>Twenty images of 12×10 random pixels and their labels, in idx files, damaged on demand.</summary>
internal sealed class ImageFiles(bool compressed) : IDisposable
{
    public const int Count = 20, Height = 12, Width = 10;

    public TempFolder Folder { get; } = new();

    public string ImagesPath => Folder.File("images-idx3-ubyte");

    public string LabelsPath => Folder.File("labels-idx1-ubyte");

    public static byte[] Pixels
    {
        get
        {
            byte[] pixels = new byte[Count * Height * Width];
            new Random(1).NextBytes(pixels);
            return pixels;
        }
    }

    public string Images(Func<byte[], byte[]>? damage = null) =>
        Write(ImagesPath, [0, 0, 8, 3, 0, 0, 0, Count, 0, 0, 0, Height, 0, 0, 0, Width, .. Pixels], damage);

    public string Labels(Func<byte[], byte[]>? damage = null) =>
        Write(LabelsPath, [0, 0, 8, 1, 0, 0, 0, Count, .. Enumerable.Range(0, Count).Select(row => (byte)(row % 10))], damage);

    public void Dispose() => Folder.Dispose();

    private string Write(string path, byte[] content, Func<byte[], byte[]>? damage)
    {
        content = damage?.Invoke(content) ?? content;
        using Stream stream = compressed ? new GZipStream(File.Create(path), CompressionLevel.Fastest) : File.Create(path);
        stream.Write(content);
        return path;
    }
}
