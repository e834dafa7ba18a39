using Microsoft.ML;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Files of images, idx and CIFAR-10, that are damaged, of another format or don't belong together: the message names
/// the file.</summary>
internal static class ImageFileCases
{
    private const string Images = "images-idx3-ubyte'", Labels = "labels-idx1-ubyte'";
    private const int Record = 3073;

    public static IEnumerable<BadInputCase> All => [.. Idx(), .. Compressed(), .. Cifar()];

    private static IEnumerable<BadInputCase> Idx()
    {
        foreach (bool compressed in (bool[])[false, true])
        {
            string kind = compressed ? "idx.gz" : "idx";
            yield return OfImages($"{kind}: images without their last byte", content => content[..^1], compressed, Images,
                "truncated");
            yield return OfLabels($"{kind}: labels without their last byte", content => content[..^1], compressed, Labels,
                "truncated");
            yield return OfImages($"{kind}: half a header", content => content[..10], compressed, Images, "truncated");
            yield return OfImages($"{kind}: nothing", _ => [], compressed, Images, "truncated");
            yield return OfImages($"{kind}: images with a byte too many", content => [.. content, 0], compressed, Images,
                "more bytes than its header says");
            yield return OfLabels($"{kind}: labels with a byte too many", content => [.. content, 0], compressed, Labels,
                "more bytes than its header says");
        }
        yield return OfImages("idx: another magic number", content => [1, .. content[1..]], false, Images, "01000803");
        yield return OfImages("idx: numbers that are no bytes", content => [0, 0, 0x0D, .. content[3..]], false, Images,
            "00000D03");
        yield return OfImages("idx: a negative dimension", content => [.. content[..4], 0xFF, .. content[5..]], false, Images,
            "damaged");
        yield return OfImages("idx: images larger than the file", content =>
            [.. content[..8], 0, 1, 0, 0, 0, 1, 0, 0, .. content[16..]],
            false, Images, "65536×65536", "damaged");
        yield return OfLabels("idx: fewer labels than images", content => [.. content[..7], 3, .. content[8..11]], false, Images,
            "20 images", Labels, "3 labels");
        yield return OfLabels("idx: a label beyond the classes", content => [.. content[..10], 10, .. content[11..]], false,
            Labels,
            "label 10 at 2", "10 classes", "classNames");
        yield return BadInputCase.Of<FormatException>("idx: images in the place of labels", () =>
        {
            using ImageFiles files = new(compressed: false);
            Read(files.Labels(), files.Images());
        }, Labels, "3 dimensions");
        yield return BadInputCase.Of<FileNotFoundException>("idx: no file", () =>
        {
            using ImageFiles files = new(compressed: false);
            Read(files.Folder.File("none"), files.Labels());
        }, "There is no file", "none'");
    }

    private static IEnumerable<BadInputCase> Compressed()
    {
        // GZipStream finds some of it itself, as soon as it reads ahead.
        (string Damage, Func<byte[], byte[]> Damages)[] faults =
        [
            ("other bytes in the middle", bytes =>
                [.. bytes[..(bytes.Length / 2)], .. Enumerable.Repeat((byte)0xFF, 40), .. bytes[(bytes.Length / 2 + 40)..]]),
            ("bytes behind the end", bytes => [.. bytes, 1, 2, 3]),
            ("no trailer", bytes => bytes[..^8]),
            ("half a trailer", bytes => bytes[..^4]),
            ("another checksum", bytes => [.. bytes[..^8], (byte)~bytes[^8], .. bytes[^7..]]),
            ("another length", bytes => [.. bytes[..^1], (byte)~bytes[^1]]),
        ];
        foreach ((string damage, Func<byte[], byte[]> damages) in faults)
            yield return BadInputCase.Of<FormatException>($"idx.gz: {damage}", () =>
            {
                using ImageFiles files = new(compressed: true);
                string images = files.Images();
                File.WriteAllBytes(images, damages(File.ReadAllBytes(images)));
                Read(images, files.Labels());
            }, $"{Images} is damaged", "Download it again");
    }

    private static IEnumerable<BadInputCase> Cifar()
    {
        foreach (int length in (int[])[0, Record - 1, 2 * Record + 1])
            yield return BadInputCase.Of<FormatException>($"CIFAR-10: a file of {length} bytes", () => OfCifar(new byte[length]),
                "batch.bin'", $"{length} bytes", "binary version");
        byte[] beyond = new byte[3 * Record];
        beyond[2 * Record] = 10;
        yield return BadInputCase.Of<FormatException>("CIFAR-10: a label that there is not", () => OfCifar(beyond),
            "batch.bin'", "label 10 in record 2", "10 classes");
        yield return BadInputCase.Of<FormatException>("CIFAR-10: a file that shrinks while it is read", () =>
        {
            using TempFolder folder = new();
            string path = folder.Write("batch.bin", new byte[2 * Record]);
            IDataView view = new MLContext().Data.LoadFromCifar10Files(path);
            File.WriteAllBytes(path, new byte[Record + 5]);
            Values.Scalars<uint>(view, "Label");
        }, "batch.bin' is truncated");
        yield return BadInputCase.Of<FileNotFoundException>("CIFAR-10: no file", () =>
            new MLContext().Data.LoadFromCifar10Files("none"), "There is no file 'none'");
        yield return BadInputCase.Of<ArgumentException>("CIFAR-10: no names of files", () =>
            new MLContext().Data.LoadFromCifar10Files(), "Name at least one file");

        static void OfCifar(byte[] content)
        {
            using TempFolder folder = new();
            Values.Scalars<uint>(new MLContext().Data.LoadFromCifar10Files(folder.Write("batch.bin", content)), "Label");
        }
    }

    private static BadInputCase OfImages(string name, Func<byte[], byte[]> damage, bool compressed, params string[] words) =>
        BadInputCase.Of<FormatException>(name, () =>
        {
            using ImageFiles files = new(compressed);
            Read(files.Images(damage), files.Labels());
        }, words);

    private static BadInputCase OfLabels(string name, Func<byte[], byte[]> damage, bool compressed, params string[] words) =>
        BadInputCase.Of<FormatException>(name, () =>
        {
            using ImageFiles files = new(compressed);
            Read(files.Images(), files.Labels(damage));
        }, words);

    private static void Read(string images, string labels) =>
        Values.Scalars<uint>(new MLContext().Data.LoadFromIdxFiles(images, labels), "Label");
}
