using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

/// <summary>Text files, written to the scratch folder and loaded.</summary>
public sealed class TextLoaderArea : IArea
{
    public string Name => "textloader";

    public JsonObject Run(JsonObject @case) => Recorder.Staged(stage =>
    {
        if (@case.Str("op") is not "Load" and var op)
            throw new NotOfferedException(op);
        var (args, input) = (@case["args"], @case["input"]);
        var texts = input.List("texts")?.Select(t => t.GetValue<string>()).ToArray() ?? [input.Str("text")];
        var paths = Array.ConvertAll(texts, t => Write(t, input.Str("encoding", "utf-8"), input.Bool("bom")));
        if (args.Bool("missingFile"))
            File.Delete(paths[0]);
        var view = Load(new MLContext(seed: 1).Data, args, paths);
        stage("read");
        return Recorder.View(view);
    });

    private static string Write(string text, string encoding, bool bom)
    {
        var path = Temp.File(".txt");
        File.WriteAllText(path, text, encoding == "utf-16" ? new UnicodeEncoding(bigEndian: false, bom) : new UTF8Encoding(bom));
        return path;
    }

    private static IDataView Load(DataOperationsCatalog data, JsonNode args, string[] paths) => args.Str("mode") switch
    {
        "columns" => data.LoadFromTextFile(paths[0], Columns(args), args.Str("separator", "\t")[0], args.Bool("hasHeader"),
            args.Bool("allowQuoting"), args.Bool("trimWhitespace"), args.Bool("allowSparse")),
        "options" => data.LoadFromTextFile(paths[0], Options(args)),
        "loader" => data.CreateTextLoader(Options(args)).Load(new MultiFileSource(paths)),
        _ => (IDataView)Generic.Call(nameof(LoadTyped), typeof(TextLoaderArea), [RowType(args)], data, args, paths[0]),
    };

    private static IDataView LoadTyped<T>(DataOperationsCatalog data, JsonNode args, string path) =>
        args.Str("mode") == "typedOptions" ? data.LoadFromTextFile<T>(path, Options(args))
        : data.LoadFromTextFile<T>(path, args.Str("separator", "\t")[0], args.Bool("hasHeader"), args.Bool("allowQuoting"),
            args.Bool("trimWhitespace"), args.Bool("allowSparse"));

    private static Type RowType(JsonNode args) =>
        typeof(TextRows).GetNestedType(args.Str("type")) ?? throw new NotOfferedException($"the rows {args.Str("type")}");

    private static TextLoader.Options Options(JsonNode args)
    {
        var options = new TextLoader.Options();
        void Set<T>(string name, Func<string, T> read, Action<T> set)
        {
            if (args[name] is not null)
                set(read(name));
        }
        Set("columns", _ => Columns(args), v => options.Columns = v);
        Set("separators", n => args.Str(n).ToCharArray(), v => options.Separators = v);
        Set("hasHeader", n => args.Bool(n), v => options.HasHeader = v);
        Set("allowQuoting", n => args.Bool(n), v => options.AllowQuoting = v);
        Set("allowSparse", n => args.Bool(n), v => options.AllowSparse = v);
        Set("trimWhitespace", n => args.Bool(n), v => options.TrimWhitespace = v);
        Set("missingRealsAsNaNs", n => args.Bool(n), v => options.MissingRealsAsNaNs = v);
        Set("readMultilines", n => args.Bool(n), v => options.ReadMultilines = v);
        Set("useThreads", n => args.Bool(n), v => options.UseThreads = v);
        Set("maxRows", n => args.Long(n), v => options.MaxRows = v);
        Set("inputSize", n => args.Int(n), v => options.InputSize = v);
        Set("decimalMarker", n => args.Str(n)[0], v => options.DecimalMarker = v);
        Set("escapeChar", n => args.Str(n)[0], v => options.EscapeChar = v);
        return options;
    }

    private static TextLoader.Column[] Columns(JsonNode args) => args.List("columns").Select(c =>
    {
        var (name, kind) = (c.Str("name"), c.EnumOf("kind", DataKind.Single));
        if (c["min"] is not null)
            return new TextLoader.Column(name, kind, c.Int("min"), c.Int("max"));
        var key = c["keyCount"] is not { } count ? null
            : count.GetValueKind() == JsonValueKind.Number ? new KeyCount(J.Number<ulong>(count)) : new KeyCount();
        return c.IntOrNull("index") is not { } index
            ? new TextLoader.Column(name, kind, c.List("ranges").Select(Range).ToArray(), key)
            : key is null ? new TextLoader.Column(name, kind, index)
            : new TextLoader.Column(name, kind, [new TextLoader.Range(index)], key);
    }).ToArray();

    private static TextLoader.Range Range(JsonNode range) => new(range.Int("min"), range.IntOrNull("max"))
    {
        AutoEnd = range.Bool("autoEnd"),
        VariableEnd = range.Bool("variableEnd"),
        AllOther = range.Bool("allOther"),
        ForceVector = range.Bool("forceVector"),
    };
}
