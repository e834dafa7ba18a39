using System.IO.Compression;
using Microsoft.ML;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Image files that are damaged, of another format or don't belong together: the message names the file.</summary>
public sealed class ImageFileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Truncated_idx_files(bool compressed)
    {
        using ImageFiles files = new(compressed);
        RequireReading(files.Images(content => content[..^1]), files.Labels(), files.ImagesPath, "truncated");
        RequireReading(files.Images(), files.Labels(content => content[..^1]), files.LabelsPath, "truncated");
        RequireOpening(files.Images(content => content[..10]), files.Labels(), files.ImagesPath, "truncated");
        RequireOpening(files.Images(_ => []), files.Labels(), files.ImagesPath, "truncated");
    }

    [Fact]
    public void Idx_files_of_another_format_or_damaged()
    {
        using ImageFiles files = new(compressed: false);
        RequireOpening(files.Images(content => [1, .. content[1..]]), files.Labels(), files.ImagesPath, "01000803");
        RequireOpening(files.Images(content => [0, 0, 0x0D, .. content[3..]]), files.Labels(), files.ImagesPath, "00000D03");
        RequireOpening(files.Labels(), files.Images(), files.LabelsPath, "3 dimensions");
        RequireOpening(
            files.Images(content => [.. content[..4], 0xFF, .. content[5..]]), files.Labels(), files.ImagesPath, "damaged");
        RequireOpening(files.Images(content => [.. content[..8], 0, 1, 0, 0, 0, 1, 0, 0, .. content[16..]]), files.Labels(),
            files.ImagesPath, "65536×65536");
    }

    [Fact]
    public void A_damaged_gzip_file()
    {
        using ImageFiles files = new(compressed: true);
        string images = files.Images();
        byte[] bytes = File.ReadAllBytes(images);
        bytes.AsSpan(bytes.Length / 2, 40).Fill(0xFF);
        File.WriteAllBytes(images, bytes);
        // In the header or in a later block: GZipStream reads ahead.
        Require(Assert.Throws<FormatException>(() =>
            Values.Scalars<uint>(new MLContext().Data.LoadFromIdxFiles(images, files.Labels()), "Label")), [images, "damaged"]);
    }

    [Theory]
    [InlineData("bytes behind the end", "end with the checksum")]
    [InlineData("no trailer", "end with the checksum")]
    [InlineData("half a trailer", "end with the checksum")]
    [InlineData("another checksum", "checksum")]
    [InlineData("another length", "checksum")]
    public void A_gzip_file_that_is_not_whole(string damage, string problem)
    {
        using ImageFiles files = new(compressed: true);
        string images = files.Images(), labels = files.Labels();
        byte[] bytes = File.ReadAllBytes(images);
        File.WriteAllBytes(images, damage switch
        {
            "bytes behind the end" => [.. bytes, 1, 2, 3],
            "no trailer" => bytes[..^8],
            "half a trailer" => bytes[..^4],
            "another checksum" => [.. bytes[..^8], (byte)~bytes[^8], .. bytes[^7..]],
            _ => [.. bytes[..^1], (byte)~bytes[^1]],
        });
        // GZipStream itself finds some of it as soon as it reads ahead.
        string message = Assert.Throws<FormatException>(() =>
            Values.Scalars<uint>(new MLContext().Data.LoadFromIdxFiles(images, labels), "Label")).Message;
        Assert.Contains($"'{images}' is damaged", message);
        Assert.Contains(message.Contains("can't be read", StringComparison.Ordinal) ? "compressed data" : problem, message);
    }

    [Fact]
    public void An_idx_file_with_more_than_its_header_says()
    {
        using ImageFiles files = new(compressed: false);
        RequireReading(files.Images(content => [.. content, 0]), files.Labels(), files.ImagesPath, "more bytes than its header says");
        RequireReading(files.Images(), files.Labels(content => [.. content, 0]), files.LabelsPath, "more bytes than its header says");
    }

    [Fact]
    public void Images_and_labels_of_different_number()
    {
        using ImageFiles files = new(compressed: false);
        RequireOpening(files.Images(), files.Labels(content => [.. content[..7], 3, .. content[8..11]]), files.ImagesPath,
            "20 images", files.LabelsPath, "3 labels");
    }

    [Fact]
    public void A_label_beyond_the_classes()
    {
        using ImageFiles files = new(compressed: false);
        RequireReading(files.Images(), files.Labels(content => [.. content[..10], 10, .. content[11..]]), files.LabelsPath,
            "label 10 at 2", "10 classes");
    }

    [Fact]
    public void Files_that_are_not_there()
    {
        using ImageFiles files = new(compressed: false);
        Assert.Contains(
            "none", Assert.Throws<FileNotFoundException>(
                () => new MLContext().Data.LoadFromIdxFiles(files.Folder.File("none"), files.Labels())).Message);
        Assert.Contains(
            "none", Assert.Throws<FileNotFoundException>(
                () => new MLContext().Data.LoadFromCifar10Files(files.Folder.File("none"))).Message);
        Assert.Throws<ArgumentException>(() => new MLContext().Data.LoadFromCifar10Files());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3072)]
    [InlineData(3073 * 2 + 1)]
    public void Cifar_files_of_no_whole_number_of_records(int length)
    {
        using TempFolder folder = new();
        string path = folder.Write("batch.bin", new byte[length]);
        FormatException e = Assert.Throws<FormatException>(() => new MLContext().Data.LoadFromCifar10Files(path));
        Assert.Contains(path, e.Message);
        Assert.Contains($"{length} bytes", e.Message);
    }

    [Fact]
    public void A_cifar_file_with_a_label_that_there_is_not()
    {
        using TempFolder folder = new();
        byte[] records = new byte[3073 * 3];
        records[3073 * 2] = 10;
        string good = folder.Write("good.bin", records[..3073]), bad = folder.Write("bad.bin", records);
        IDataView view = new MLContext().Data.LoadFromCifar10Files(good, bad);
        FormatException e = Assert.Throws<FormatException>(() => Values.Scalars<uint>(view, "Label"));
        Assert.Contains(bad, e.Message);
        Assert.Contains("label 10 in record 2", e.Message);
    }

    [Fact]
    public void A_cifar_file_that_shrinks_while_it_is_read()
    {
        using TempFolder folder = new();
        string path = folder.Write("batch.bin", new byte[3073 * 2]);
        IDataView view = new MLContext().Data.LoadFromCifar10Files(path);
        File.WriteAllBytes(path, new byte[3073 + 5]);
        FormatException e = Assert.Throws<FormatException>(() => Values.Scalars<uint>(view, "Label"));
        Assert.Contains($"'{path}' is truncated", e.Message);
    }

    private static void RequireOpening(string images, string labels, params string[] parts) =>
        Require(Assert.Throws<FormatException>(() => new MLContext().Data.LoadFromIdxFiles(images, labels)), parts);

    private static void RequireReading(string images, string labels, params string[] parts)
    {
        IDataView view = new MLContext().Data.LoadFromIdxFiles(images, labels);
        Require(Assert.Throws<FormatException>(() => Values.Scalars<uint>(view, "Label")), parts);
    }

    private static void Require(FormatException e, string[] parts) => Assert.All(parts, part => Assert.Contains(part, e.Message));
}
