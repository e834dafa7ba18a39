using System.Text.Json.Nodes;
using Microsoft.ML;

namespace MLNetExtensions.Conformance;

/// <summary>Operations on the rows of a view: a part of the transforms area.</summary>
internal static class DataOperationsArea
{
    public static JsonObject Run(JsonObject @case, Action<string> stage)
    {
        var (input, steps) = (@case["input"], @case["args"].List("steps"));
        IDataView view = new MemoryView(input.List("apply") ?? input.List("fit"));
        var ml = new MLContext(seed: 1);
        foreach (var step in steps)
            view = Steps.DataOperation(ml, view, step);
        stage("read");
        var record = Recorder.View(view);
        record["getRowCount"] = J.Of(view.GetRowCount());
        record["canShuffle"] = view.CanShuffle;
        if (steps.Any(s => s.Str("do") == "ShuffleRows"))
        {
            // any permutation will do: the rows are compared in the order of their text
            record["sorted"] = true;
            foreach (var column in record.List("columns"))
                column["values"] = J.Arr(column.List("values")
                    .OrderBy(v => v.ToJsonString(), StringComparer.Ordinal).Select(v => v.DeepClone()));
        }
        else
        {
            record["secondPassSame"] = JsonNode.DeepEquals(Recorder.View(view)["columns"], record["columns"]);
        }
        return record;
    }
}
