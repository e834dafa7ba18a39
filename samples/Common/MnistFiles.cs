using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Samples;

/// <summary>The four files of MNIST, or of a data set of its format, in a folder.</summary>
public sealed record MnistFiles(string TrainImages, string TrainLabels, string TestImages, string TestLabels)
{
    private const string TrainImagesName = "train-images-idx3-ubyte", TrainLabelsName = "train-labels-idx1-ubyte",
        TestImagesName = "t10k-images-idx3-ubyte", TestLabelsName = "t10k-labels-idx1-ubyte";

    /// <summary>The SHA-256 of MNIST's test labels, uncompressed: no other data set has the same.</summary>
    private const string TestLabelsHash = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2";

    /// <summary>Whether the images are made up.</summary>
    public bool AreGenerated { get; private init; }

    /// <summary>The files of the folder given, or of the one in <c>MLNETEXT_DATA</c>, or made-up ones; says which.</summary>
    public static MnistFiles Choose(string? folder)
    {
        folder ??= SampleData.Folder("mnist");
        if (folder is null)
        {
            Console.WriteLine(
                "Data: a small GENERATED set, not digits. For the real ones download the four files of MNIST " +
                "(https://ossci-datasets.s3.amazonaws.com/mnist/) into a folder and name it with --data.");
            return Generate(Path.Combine(Path.GetTempPath(), "mlnetextensions-synthetic-mnist"));
        }
        Console.WriteLine($"Data: {folder}");
        return In(folder);
    }

    /// <summary>Whether these are the handwritten digits themselves rather than another set of their format.</summary>
    public bool AreDigits()
    {
        using FileStream file = File.OpenRead(TestLabels);
        using Stream labels = TestLabels.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress)
            : file;
        return Convert.ToHexStringLower(SHA256.HashData(labels)) == TestLabelsHash;
    }

    /// <summary>The files of a folder, compressed or not.</summary>
    /// <exception cref="FileNotFoundException">One is missing; the message names it.</exception>
    public static MnistFiles In(string folder)
    {
        return new(Find(TrainImagesName), Find(TrainLabelsName), Find(TestImagesName), Find(TestLabelsName));

        string Find(string name) =>
            new[] { name + ".gz", name }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"There is no file '{name}.gz' or '{name}' in the folder '{folder}'.");
    }

    /// <summary>Writes a small made-up set.</summary>
    public static MnistFiles Generate(string folder)
    {
        Directory.CreateDirectory(folder);
        Random random = new(1);
        Write(TrainImagesName, TrainLabelsName, 2000);
        Write(TestImagesName, TestLabelsName, 500);
        return In(folder) with { AreGenerated = true };

        void Write(string imagesName, string labelsName, int count)
        {
            const int side = 28;
            using FileStream images = File.Create(Path.Combine(folder, imagesName));
            using FileStream labels = File.Create(Path.Combine(folder, labelsName));
            WriteHeader(images, 3, count, side, side);
            WriteHeader(labels, 1, count);
            byte[] pixels = new byte[side * side];
            for (int i = 0; i < count; i++)
            {
                int label = i % SyntheticImages.Classes;
                SyntheticImages.Draw(pixels, side, label, random);
                images.Write(pixels);
                labels.WriteByte((byte)label);
            }
        }
    }

    private static void WriteHeader(Stream stream, byte rank, params ReadOnlySpan<int> dimensions)
    {
        stream.Write([0, 0, 8, rank]);
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        foreach (int dimension in dimensions)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes, dimension);
            stream.Write(bytes);
        }
    }
}
