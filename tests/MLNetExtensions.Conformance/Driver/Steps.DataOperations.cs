using System.Text.Json.Nodes;
using Microsoft.ML;

namespace MLNetExtensions.Conformance;

public static partial class Steps
{
    public static readonly Dictionary<string, Func<MLContext, IDataView, JsonNode, IDataView>> DataOperations = new()
    {
        ["FilterRowsByMissingValues"] = (ml, view, s) => ml.Data.FilterRowsByMissingValues(view, s.Strs("columns")),
        ["FilterRowsByColumn"] = (ml, view, s) => ml.Data.FilterRowsByColumn(view, s.Str("column"),
            s.Dbl("lowerBound", double.NegativeInfinity), s.Dbl("upperBound", double.PositiveInfinity)),
        ["TakeRows"] = (ml, view, s) => ml.Data.TakeRows(view, s.Long("count")),
        ["SkipRows"] = (ml, view, s) => ml.Data.SkipRows(view, s.Long("count")),
        ["Cache"] = (ml, view, s) => ml.Data.Cache(view, s.Strs("columnsToPrefetch") ?? []),
        ["ShuffleRows"] = (ml, view, s) =>
            ml.Data.ShuffleRows(view, s.Int("seed", 1), s.Int("shufflePoolSize", 1000), s.Bool("shuffleSource", true)),
    };
}
