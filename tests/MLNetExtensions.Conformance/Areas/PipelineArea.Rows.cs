using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

public sealed partial class PipelineArea
{
    private static JsonObject LoadFromEnumerable(JsonObject c, Action<string> stage)
    {
        var rows = RowTypes.Rows(c["args"].Str("rows"));
        return (JsonObject)Generic.Call(nameof(LoadRows), typeof(PipelineArea), [rows.GetType().GetElementType()], rows,
            c["args"].Bool("lazy"), stage);
    }

    private static JsonObject LoadRows<T>(T[] rows, bool lazy, Action<string> stage) where T : class, new()
    {
        var ml = new MLContext(seed: 1);
        stage("load");
        var reads = 0;
        IEnumerable<T> Lazy()
        {
            reads++;
            foreach (var row in rows) yield return row;
        }
        var view = ml.Data.LoadFromEnumerable(lazy ? Lazy() : rows);
        var record = J.O(("readsAfterLoad", reads), ("getRowCount", view.GetRowCount()), ("canShuffle", view.CanShuffle));
        stage("read");
        record["view"] = Recorder.View(view);
        stage("enumerate");
        record["rows"] = J.Arr(ml.Data.CreateEnumerable<T>(view, reuseRowObject: false).Select(RowTypes.Members));
        if (lazy) record["reads"] = reads;
        return record;
    }

    private static JsonObject CreateEnumerable(JsonObject c, Action<string> stage) =>
        (JsonObject)Generic.Call(nameof(CreateRows), typeof(PipelineArea), [RowTypes.Get(c["args"].Str("type"))], c, stage);

    private static JsonObject CreateRows<T>(JsonObject c, Action<string> stage) where T : class, new()
    {
        var rows = new MLContext(seed: 1)
            .Data.CreateEnumerable<T>(Fit(c), c["args"].Bool("reuseRowObject"), c["args"].Bool("ignoreMissingColumns"));
        stage("enumerate");
        var objects = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var records = new JsonArray();
        foreach (var row in rows)
        {
            objects.Add(row);
            records.Add(RowTypes.Members(row));
        }
        return J.O(("rows", records), ("distinctObjects", objects.Count));
    }

    private static JsonObject GetColumn(JsonObject c, Action<string> stage)
    {
        var (view, column) = (Fit(c), c["args"].Str("column"));
        stage("read");
        return J.O(("values", c["args"].Str("as") switch
        {
            "Single" => J.Arr(view.GetColumn<float>(column)),
            "Double" => J.Arr(view.GetColumn<double>(column)),
            "Int32" => J.Arr(view.GetColumn<int>(column)),
            "UInt32" => J.Arr(view.GetColumn<uint>(column)),
            "String" => J.Arr(view.GetColumn<string>(column)),
            "ReadOnlyMemory" => J.Arr(view.GetColumn<ReadOnlyMemory<char>>(column)),
            "Single[]" => J.Arr(view.GetColumn<float[]>(column)),
            "String[]" => J.Arr(view.GetColumn<string[]>(column)),
            "VBuffer" => J.Arr(view.GetColumn<VBuffer<float>>(column).Select(v => v.DenseValues())),
            var other => throw new NotOfferedException($"GetColumn as {other}"),
        }));
    }

    private static JsonObject PredictionEngine(JsonObject c, Action<string> stage) =>
        (JsonObject)Generic.Call(nameof(Predict), typeof(PipelineArea),
        [RowTypes.Get(c["args"].Str("from")), RowTypes.Get(c["args"].Str("to"))], c, stage);

    private static JsonObject Predict<TSrc, TDst>(JsonObject c, Action<string> stage) where TSrc : class where TDst : class, new()
    {
        var (ml, args, fit) = (new MLContext(seed: 1), c["args"], Fit(c));
        var model = Steps.Chain(ml, args.List("steps")).Fit(fit);
        if (args.Bool("saveFirst"))
        {
            var stream = new MemoryStream();
            ml.Model.Save(model, fit.Schema, stream);
            stream.Position = 0;
            model = ml.Model.Load(stream, out _);
        }
        stage("engine");
        var engine = args.Bool("withSchema")
            ? ml.Model.CreatePredictionEngine<TSrc, TDst>(model, fit.Schema)
            : ml.Model.CreatePredictionEngine<TSrc, TDst>(model, args.Bool("ignoreMissingColumns", true));
        stage("predict");
        var examples = c["input"].List("examples").Select(RowTypes.FromJson<TSrc>).ToArray();
        var predictions = Array.ConvertAll(examples, engine.Predict);
        var reused = new TDst();
        var inPlace = new JsonArray();
        foreach (var example in examples)
        {
            engine.Predict(example, ref reused);
            inPlace.Add(RowTypes.Members(reused));
        }
        var record = J.O(("predictions", predictions.Select(RowTypes.Members)), ("inPlace", inPlace),
            ("distinctObjects", predictions.Distinct(ReferenceEqualityComparer.Instance).Count()),
            ("outputSchema", Columns(engine.OutputSchema)));
        stage("dispose");
        engine.Dispose();
        try
        {
            engine.Predict(examples[0]);
            record["afterDispose"] = "works";
        }
        catch (Exception e)
        {
            record["afterDispose"] = e.GetType().FullName;
        }
        return record;
    }
}
