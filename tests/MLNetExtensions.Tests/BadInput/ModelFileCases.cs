using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using MLNetExtensions.Networks;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Model .zip files that are damaged or not ours.</summary>
internal static class ModelFileCases
{
    private const string Weights = "weights.safetensors", Transformer = "transformer.json";

    private static readonly Lazy<byte[]> Model = new(() =>
    {
        TaskCase @case = TaskCase.All["regression"];
        using MemoryStream zip = new();
        new MLContext().Model.Save(@case.Model, @case.Test.Schema, zip);
        return zip.ToArray();
    });

    public static IEnumerable<BadInputCase> All => [.. Files(), .. Entries(), .. Texts()];

    private static IEnumerable<BadInputCase> Files()
    {
        // What isn't a whole .zip is ML.NET's to say.
        (string What, Func<byte[], byte[]> Cut)[] cuts =
        [
            ("nothing", _ => []), ("100 bytes", zip => zip[..100]), ("its first half", zip => zip[..(zip.Length / 2)]),
            ("all but the last byte", zip => zip[..^1]),
        ];
        foreach ((string what, Func<byte[], byte[]> cut) in cuts)
            yield return BadInputCase.Of<FormatException>($".zip: {what}", () =>
                new MLContext().Model.Load(new MemoryStream(cut(Model.Value)), out _), "zip archive");
        yield return BadInputCase.Of<InvalidOperationException>(".zip: of something else", () =>
        {
            using MemoryStream zip = new();
            using (ZipArchive archive = new(zip, ZipArchiveMode.Create, leaveOpen: true))
                archive.CreateEntry("readme.txt").Open().Dispose();
            new MLContext().Model.Load(zip, out _);
        }, "model");
    }

    private static IEnumerable<BadInputCase> Entries()
    {
        foreach (string entry in (string[])[Weights, "network.json", Transformer, "history.json"])
            yield return Damaged($".zip: no {entry}", archive => Find(archive, entry).Delete(), $"'{entry}'");
        yield return Damaged(".zip: weights without their last bytes", archive =>
            Replace(archive, Weights, content => content[..^4]),
            $"'{Weights}' is truncated");
        yield return Damaged(".zip: weights that are none", archive =>
            Replace(archive, Weights, _ => "these are no weights"u8.ToArray()),
            $"'{Weights}' is not a valid safetensors file");
        yield return Damaged(".zip: weights of another network", archive => Replace(archive, Weights, _ =>
        {
            NetworkDefinition other = NetworkDefinition.Build(new(Points.Width), network => network.Linear(9).ReLU().Linear(1));
            using MemoryStream stream = new();
            SafeTensors.Write(stream, NetworkWeights.Initialize(other, 1));
            return stream.ToArray();
        }), "'0.weight'", "[9×4]", "[16×4]");
    }

    private static IEnumerable<BadInputCase> Texts()
    {
        (string Entry, string Content, string Words)[] faults =
        [
            ("network.json", "{", "Not a network definition"), ("network.json", "[]", "Not a network definition"),
            (Transformer, "{}", "'version' is missing"), (Transformer, "null", "'version' is missing"),
            (Transformer, "[1]", "damaged"), (Transformer, "no json", "damaged"),
            (Transformer, """{"version": 1, "featureType": "Single", "featureDimensions": 4}""", "damaged"),
            ("history.json", "{}", "training history"),
        ];
        foreach ((string entry, string content, string words) in faults)
            yield return Damaged(
                $".zip: {entry} that says {content}", archive => Replace(archive, entry, _ => Encoding.UTF8.GetBytes(content)),
                    words);
        yield return Edited(".zip: a later version of the format", "\"version\": 1", "\"version\": 6",
            "later MLNetExtensions (format 6, this library reads up to 5)", "Update the package");
        yield return Edited(".zip: a task that is not known", "\"regression\"", "\"ranking\"", "'ranking'");
        yield return Edited(".zip: features of another size than the network takes",
            "\"featureDimensions\": [\n    4\n  ]", "\"featureDimensions\": [\n    5\n  ]", "'Features'", "[4]",
                "Vector<Single, 5>");
    }

    private static BadInputCase Edited(string name, string text, string edited, params string[] words) =>
        Damaged(name, archive => Replace(archive, Transformer, content =>
        {
            string before = Encoding.UTF8.GetString(content).ReplaceLineEndings("\n"), after = before.Replace(text, edited);
            Assert.NotEqual(before, after);
            return Encoding.UTF8.GetBytes(after);
        }), words);

    /// <summary>ML.NET wraps what a loader throws; the reason is a <see cref="FormatException"/> within.</summary>
    private static BadInputCase Damaged(string name, Action<ZipArchive> damage, params string[] words) =>
        BadInputCase.Of<FormatException>(name, () =>
        {
            using MemoryStream zip = new();
            zip.Write(Model.Value);
            using (ZipArchive archive = new(zip, ZipArchiveMode.Update, leaveOpen: true))
                damage(archive);
            try
            {
                new MLContext().Model.Load(zip, out _);
            }
            catch (Exception e)
            {
                Exception reason = e;
                while (reason is not FormatException && reason.InnerException is { } inner)
                    reason = inner;
                throw reason is FormatException ? new FormatException(reason.Message, e) : e;
            }
        }, words);

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
