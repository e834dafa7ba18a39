namespace Samples;

/// <summary>The files of CIFAR-10's binary version to learn from and to measure with.</summary>
public sealed record CifarFiles(IReadOnlyList<string> Train, IReadOnlyList<string> Test)
{
    /// <summary>The files given, or those of the folder in <c>MLNETEXT_DATA</c>, or made-up ones; says which.</summary>
    /// <exception cref="ArgumentException">Only files to learn from are given, or only files to measure with.</exception>
    public static CifarFiles Choose(string[] train, string[] test)
    {
        CifarFiles files;
        if (train.Length > 0 && test.Length > 0)
            files = new(train, test);
        else if (train.Length + test.Length > 0)
            throw new ArgumentException("Name the files to learn from and those to measure with: --train FILES --test FILES.");
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
            $"Data: learning from {string.Join(", ", files.Train)}, measuring with {string.Join(", ", files.Test)}");
        return files;
    }

    /// <summary>The files of a folder: the test batch where it is there, else the last batch, measures.</summary>
    /// <exception cref="FileNotFoundException">There are fewer than two.</exception>
    public static CifarFiles In(string folder)
    {
        string[] found = Directory.Exists(folder) ? Directory.GetFiles(folder, "data_batch_*.bin") : [];
        List<string> batches = [.. found.Order(StringComparer.Ordinal)];
        string test = Path.Combine(folder, "test_batch.bin");
        if (File.Exists(test))
            batches.Add(test);
        return batches.Count >= 2
            ? new(batches[..^1], batches[^1..])
            : throw new FileNotFoundException($"There are no two files data_batch_*.bin in the folder '{folder}'.");
    }

    /// <summary>Writes a small made-up set.</summary>
    public static CifarFiles Generate(string folder)
    {
        Directory.CreateDirectory(folder);
        Random random = new(1);
        return new([Write("data_batch_1.bin", 2000)], [Write("test_batch.bin", 500)]);

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
