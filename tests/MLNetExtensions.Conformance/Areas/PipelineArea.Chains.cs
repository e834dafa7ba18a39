using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

public sealed partial class PipelineArea
{
    private static JsonObject Chain(JsonObject c, Action<string> stage)
    {
        var fit = Fit(c);
        var apply = Apply(c, fit);
        var chain = Steps.Chain(new MLContext(seed: 1), c["args"].List("steps"));
        var record = J.O(("estimatorType", TypeName(chain)), ("cursorsAfterBuild", fit.CursorsOpened));
        stage("fit");
        var model = chain.Fit(fit);
        record["fitOpensCursors"] = fit.CursorsOpened > 0;
        record["modelType"] = TypeName(model);
        record["isRowToRowMapper"] = model.IsRowToRowMapper;
        if (model is TransformerChain<ITransformer> transformers)
        {
            record["transformers"] = J.Arr(transformers.Select(TypeName));
            record["lastTransformer"] = TypeName(transformers.LastTransformer);
            record["lastIsLastEnumerated"] = ReferenceEquals(transformers.LastTransformer, transformers.LastOrDefault());
        }
        stage("transform");
        var before = apply.CursorsOpened;
        var output = model.Transform(apply);
        record["transformOpensCursors"] = apply.CursorsOpened > before;
        record["outputColumns"] = Columns(output.Schema);
        record["rowCount"] = output.GetRowCount();
        record["canShuffle"] = output.CanShuffle;
        stage("read");
        record["view"] = Recorder.View(output);
        record["readOpensCursors"] = apply.CursorsOpened > before;
        return record;
    }

    private static JsonObject TransformerChain(JsonObject c, Action<string> stage)
    {
        var ml = new MLContext(seed: 1);
        var data = Fit(c);
        var steps = c["args"].List("steps").Select(s => Steps.Estimator(ml, s)).ToArray();

        stage("typed append");
        var typed = ml.Transforms.CopyColumns("T1", "A").Append(ml.Transforms.NormalizeMinMax("T2", "A"));
        var typedModel = typed.Fit(data);

        stage("transformer append");
        ITransformer whole = new TransformerChain<ITransformer>();
        IDataView view = data;
        var parts = new List<ITransformer>();
        foreach (var estimator in steps)
        {
            parts.Add(estimator.Fit(view));
            view = parts[^1].Transform(view);
            whole = whole is TransformerChain<ITransformer> chain ? chain.Append(parts[^1]) : whole.Append(parts[^1]);
        }

        stage("empty");
        var emptyModel = new EstimatorChain<ITransformer>().Fit(data);

        stage("prefix");
        var shared = new EstimatorChain<ITransformer>().Append(steps[0]);
        var longer = shared.Append(steps[^1]);

        stage("onfit");
        var seen = new List<string>();
        new EstimatorChain<ITransformer>().Append(steps[0].WithOnFitDelegate(t => seen.Add(TypeName(t)))).Fit(data);
        return J.O(("typedChain", TypeName(typed)), ("lastEstimator", TypeName(typed.LastEstimator)),
            ("typedModel", TypeName(typedModel)), ("typedLast", TypeName(typedModel.LastTransformer)),
            ("count", ((IEnumerable<ITransformer>)whole).Count()),
            ("sameInstances", ((IEnumerable<ITransformer>)whole).SequenceEqual(parts)),
            ("sameRows", JsonNode.DeepEquals(Recorder.View(whole.Transform(data)), Recorder.View(view))),
            ("emptyLast", TypeName(emptyModel.LastTransformer)),
            ("emptyTransformIsInput", ReferenceEquals(emptyModel.Transform(data), data)),
            ("emptyIsRowToRow", ((ITransformer)emptyModel).IsRowToRowMapper), ("sharedLength", shared.Fit(data).Count()),
            ("appendedLength", longer.Fit(data).Count()), ("onFitSaw", seen));
    }

    private static JsonObject Shape(JsonObject c, Action<string> stage)
    {
        var data = Fit(c);
        var create = typeof(SchemaShape).GetMethod("Create", BindingFlags.Static | BindingFlags.NonPublic);
        var shape = (SchemaShape)create.Invoke(null, [data.Schema]);
        var chain = Steps.Chain(new MLContext(seed: 1), c["args"].List("steps"));
        stage("shape");
        return J.O(
            ("shape", chain.GetOutputSchema(shape).OrderBy(o => o.Name, StringComparer.Ordinal).Select(o => J.O(
                ("name", o.Name), ("kind", o.Kind), ("itemType", o.ItemType.ToString()), ("isKey", o.IsKey),
                ("annotations", o.Annotations.Select(a => a.Name).Order(StringComparer.Ordinal))))),
            ("cursorsOpened", data.CursorsOpened));
    }
}
