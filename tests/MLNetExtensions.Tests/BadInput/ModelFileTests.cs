using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using MLNetExtensions.Networks;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Model files that are damaged or not ours.</summary>
public sealed class ModelFileTests
{
    private static readonly Lazy<byte[]> Model = new(() =>
    {
        TaskCase @case = TaskCase.All["regression"];
        using MemoryStream zip = new();
        new MLContext().Model.Save(@case.Model, @case.Test.Schema, zip);
        return zip.ToArray();
    });

    [Fact]
    public void A_truncated_file()
    {
        using TempFolder folder = new();
        foreach (int length in (int[])[0, 1, 100, Model.Value.Length / 2, Model.Value.Length - 1])
        {
            string path = folder.Write("model.zip", Model.Value[..length]);
            Exception e = Assert.ThrowsAny<SystemException>(() => new MLContext().Model.Load(path, out _));
            Assert.True(e is InvalidDataException or FormatException, $"{length}: {e}");
        }
    }

    [Fact]
    public void A_zip_of_something_else()
    {
        using MemoryStream zip = new();
        using (ZipArchive archive = new(zip, ZipArchiveMode.Create, leaveOpen: true))
            archive.CreateEntry("readme.txt").Open().Dispose();
        Assert.Throws<InvalidOperationException>(() => new MLContext().Model.Load(zip, out _));
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("network.json")]
    [InlineData("transformer.json")]
    [InlineData("history.json")]
    public void An_entry_that_is_missing(string entry) => Require(archive => Find(archive, entry).Delete(), $"'{entry}'");

    [Fact]
    public void Weights_that_are_truncated() =>
        Require(archive => Replace(archive, "weights.safetensors", content => content[..^4]),
            "'weights.safetensors' is truncated");

    [Fact]
    public void Weights_that_are_no_safetensors() =>
        Require(archive => Replace(archive, "weights.safetensors", _ => Encoding.ASCII.GetBytes("these are no weights")),
            "'weights.safetensors' is not a valid safetensors file");

    [Fact]
    public void Weights_of_another_network() => Require(
        archive => Replace(archive, "weights.safetensors", _ =>
        {
            NetworkDefinition other = NetworkDefinition.Build(new(Points.Width), network => network.Linear(9).ReLU().Linear(1));
            using MemoryStream stream = new();
            SafeTensors.Write(stream, NetworkWeights.Initialize(other, 1));
            return stream.ToArray();
        }),
        "'0.weight'", "[9×4]", "[16×4]");

    [Theory]
    [InlineData("network.json", "{", "network")]
    [InlineData("network.json", "[]", "network")]
    [InlineData("transformer.json", "{}", "'version' is missing")]
    [InlineData("transformer.json", "null", "'version' is missing")]
    [InlineData("transformer.json", "[1]", "damaged")]
    [InlineData("transformer.json", """{"version": 1, "featureType": "Single", "featureDimensions": 4}""", "damaged")]
    [InlineData("transformer.json", "no json", "damaged")]
    [InlineData("history.json", "{}", "training history")]
    public void An_entry_that_says_something_else(string entry, string content, string message) =>
        Require(archive => Replace(archive, entry, _ => Encoding.UTF8.GetBytes(content)), message);

    [Fact]
    public void A_later_version_of_the_format() => Require(
        archive => Edit(archive, "transformer.json", json => json.Replace("\"version\": 1", "\"version\": 6")),
        "later MLNetExtensions (format 6, this library reads up to 5)");

    [Fact]
    public void A_task_that_is_not_known() => Require(
        archive => Edit(archive, "transformer.json", json => json.Replace("\"regression\"", "\"ranking\"")), "'ranking'");

    [Fact]
    public void Features_of_another_size_than_the_network_takes() => Require(
        archive =>
            Edit(archive, "transformer.json", json =>
                json.Replace("\"featureDimensions\": [\n    4\n  ]", "\"featureDimensions\": [\n    5\n  ]")),
        "'Features'", "[4]", "Vector<Single, 5>");

    /// <summary>ML.NET wraps what a loader throws; the reason is a <see cref="FormatException"/> within.</summary>
    private static void Require(Action<ZipArchive> damage, params string[] parts)
    {
        using MemoryStream zip = new();
        zip.Write(Model.Value);
        using (ZipArchive archive = new(zip, ZipArchiveMode.Update, leaveOpen: true))
            damage(archive);
        Exception e = Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(zip, out _));
        Exception reason = e;
        while (reason is not FormatException && reason.InnerException is { } inner)
            reason = inner;
        Assert.True(reason is FormatException, e.ToString());
        Assert.All(parts, part => Assert.Contains(part, reason.Message));
    }

    private static void Edit(ZipArchive archive, string name, Func<string, string> edit) => Replace(archive, name, content =>
    {
        string text = Encoding.UTF8.GetString(content).ReplaceLineEndings("\n"), edited = edit(text);
        Assert.NotEqual(text, edited);
        return Encoding.UTF8.GetBytes(edited);
    });

    private static void Replace(ZipArchive archive, string name, Func<byte[], byte[]> replace)
    {
        ZipArchiveEntry entry = Find(archive, name);
        using MemoryStream content = new();
        using (Stream stream = entry.Open())
            stream.CopyTo(content);
        string path = entry.FullName;
        entry.Delete();
        using Stream target = archive.CreateEntry(path).Open();
        target.Write(replace(content.ToArray()));
    }

    private static ZipArchiveEntry Find(ZipArchive archive, string name) => archive.Entries.Single(entry => entry.Name == name);
}
