using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.ML;

namespace MLNetExtensions.Conformance;

public sealed partial class PipelineArea
{
    private static JsonObject SaveLoad(JsonObject c, Action<string> stage)
    {
        var (ml, args, fit) = (new MLContext(seed: 1), c["args"], Fit(c));
        var apply = Apply(c, fit);
        stage("fit");
        var model = Steps.Chain(ml, args.List("steps")).Fit(fit);
        stage("save");
        var (path, toStream) = (Temp.File(".zip"), args.Bool("toStream"));
        var schema = args.Bool("noSchema") ? null : fit.Schema;
        if (toStream)
        {
            using var stream = File.Create(path);
            ml.Model.Save(model, schema, stream);
        }
        else ml.Model.Save(model, schema, path);
        var record = new JsonObject();
        using (var zip = ZipFile.OpenRead(path)) record["isZip"] = zip.Entries.Count > 0;
        stage("load");
        var fresh = new MLContext(seed: 2);
        var (loaded, inputSchema) = Load(fresh, path, toStream);
        record["loadedType"] = TypeName(loaded);
        record["inputSchema"] = inputSchema is null ? null : Recorder.Schema(inputSchema);
        stage("transform");
        var (before, after) = (Recorder.View(model.Transform(apply)), Recorder.View(loaded.Transform(apply)));
        record["sameViewAsBefore"] = JsonNode.DeepEquals(before, after);
        record["view"] = after;
        stage("save again");
        fresh.Model.Save(loaded, inputSchema, Temp.File(".zip"));
        return record;
    }

    private static JsonObject LoadBroken(JsonObject c, Action<string> stage)
    {
        var ml = new MLContext(seed: 1);
        var path = Temp.File(".zip");
        var data = new MemoryView(J.A(J.O(("name", "A"), ("type", "Single"), ("values", J.A(1, 2)))));
        ml.Model.Save(Steps.Estimator(ml, J.O(("do", "NormalizeMinMax"), ("output", "A"))).Fit(data), data.Schema, path);
        path = Break(path, c["args"].Str("how"));
        stage("load");
        var (_, schema) = Load(ml, path, c["args"].Bool("stream"));
        return J.O(("loaded", true), ("inputColumns", schema?.Select(s => s.Name)));
    }

    private static (ITransformer Model, DataViewSchema Schema) Load(MLContext ml, string path, bool fromStream)
    {
        DataViewSchema schema;
        if (!fromStream) return (ml.Model.Load(path, out schema), schema);
        using var stream = new MemoryStream(File.ReadAllBytes(path));
        return (ml.Model.Load(stream, out schema), schema);
    }

    /// <summary>Damages a good file and gives the path to load.</summary>
    private static string Break(string path, string how)
    {
        var bytes = File.ReadAllBytes(path);
        switch (how)
        {
            case "good":
                break;
            case "truncated":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            case "truncated by one":
                File.WriteAllBytes(path, bytes[..^1]);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "text":
                File.WriteAllText(path, "no zip file");
                break;
            case "missing":
                File.Delete(path);
                break;
            case "missing folder":
                return Path.Combine(Temp.Root, "no", "such", "folder.zip");
            case "null":
                return null;
            case "blank name":
                return "";
            case "not a model" or "empty zip":
                File.Delete(path);
                using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
                    if (how == "not a model") zip.CreateEntry("hello.txt").Open().Dispose();
                break;
            case "without the model key" or "zeroed entry":
                using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
                    foreach (var entry in zip.Entries.Where(e => e.Name == "Model.key").ToArray())
                    {
                        entry.Delete();
                        if (how != "zeroed entry") continue;
                        using var zeros = zip.CreateEntry(entry.FullName).Open();
                        zeros.Write(new byte[64]);
                    }
                break;
            default:
                throw new NotOfferedException($"LoadBroken {how}");
        }
        return path;
    }
}
