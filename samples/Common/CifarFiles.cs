namespace Samples;

/// <summary>The files of CIFAR-10's binary version to learn from and to measure with.</summary>
/// <param name="Train">To learn from.</param>
/// <param name="Test">To measure with; none where a part of the others does.</param>
public sealed record CifarFiles(IReadOnlyList<string> Train, IReadOnlyList<string> Test)
{
    /// <summary>Whether the images are made up.</summary>
    public bool AreGenerated { get; private init; }

    /// <summary>The files given, or those of the folder in <c>MLNETEXT_DATA</c>, or made-up ones; says which.</summary>
    /// <exception cref="ArgumentException">Only files to measure with are given.</exception>
    public static CifarFiles Choose(string[] train, string[] test)
    {
        CifarFiles files;
        if (train.Length > 0)
            files = new(train, test);
        else if (test.Length > 0)
            throw new ArgumentException("Name the files to learn from too: --train FILES --test FILES.");
        else if (SampleData.Folder("cifar10") is { } folder)
            files = In(folder);
        else
        {
            files = Generate(Path.Combine(Path.GetTempPath(), "mlnetextensions-synthetic-cifar10"));
            Console.WriteLine(
                "Data: a small GENERATED set, not photographs. For the real ones download " +
                "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz, unpack it and name its files with --train and --test.");
        }
        Console.WriteLine(
            $"Data: learning from {string.Join(", ", files.Train)}, measuring with " +
            (files.Test.Count > 0 ? string.Join(", ", files.Test) : "a part of their images"));
        return files;
    }

    /// <summary>The files of a folder; the test batch, where it is there, measures.</summary>
    /// <exception cref="FileNotFoundException">There is none to learn from.</exception>
    public static CifarFiles In(string folder)
    {
        string[] found = Directory.Exists(folder) ? Directory.GetFiles(folder, "data_batch_*.bin") : [];
        string test = Path.Combine(folder, "test_batch.bin");
        return found.Length > 0
            ? new([.. found.Order(StringComparer.Ordinal)], File.Exists(test) ? [test] : [])
            : throw new FileNotFoundException($"There is no file data_batch_*.bin in the folder '{folder}'.");
    }

    /// <summary>Writes a small made-up set.</summary>
    public static CifarFiles Generate(string folder)
    {
        Directory.CreateDirectory(folder);
        Random random = new(1);
        return new([Write("data_batch_1.bin", 2000)], [Write("test_batch.bin", 500)]) { AreGenerated = true };

        string Write(string name, int count)
        {
            const int side = 32;
            string path = Path.Combine(folder, name);
            using FileStream file = File.Create(path);
            byte[] pixels = new byte[3 * side * side];
            for (int i = 0; i < count; i++)
            {
                int label = i % SyntheticImages.Classes;
                SyntheticImages.Draw(pixels, side, label, random);
                file.WriteByte((byte)label);
                file.Write(pixels);
            }
            return path;
        }
    }
}
