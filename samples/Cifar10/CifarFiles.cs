namespace Samples.Cifar10;

/// <summary>The files of CIFAR-10's binary version to learn from and to measure with.</summary>
internal sealed record CifarFiles(IReadOnlyList<string> Train, IReadOnlyList<string> Test)
{
    /// <summary>The files of a folder: the test batch where it is there, else the last batch, measures.</summary>
    /// <exception cref="FileNotFoundException">There are fewer than two.</exception>
    public static CifarFiles In(string folder)
    {
        List<string> batches = [.. (Directory.Exists(folder) ? Directory.GetFiles(folder, "data_batch_*.bin") : []).Order(StringComparer.Ordinal)];
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
