using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

public sealed partial class PipelineArea
{
    // which rows go where is a matter of random numbers; what holds for any is recorded
    private static JsonObject TrainTestSplit(JsonObject c, Action<string> stage)
    {
        var args = c["args"];
        var (n, fraction) = (args.Int("rows"), args.Dbl("testFraction", 0.1));
        var data = Generated(args);
        DataOperationsCatalog.TrainTestData Split() =>
            new MLContext(seed: 1).Data.TrainTestSplit(data, fraction, args.Str("samplingKey"), args.IntOrNull("seed"));
        stage("split");
        var (split, again) = (Split(), Split());
        stage("read");
        var (train, test) = (Ids(split.TrainSet), Ids(split.TestSet));
        return J.O(("disjoint", !train.Intersect(test).Any()),
            ("complete", train.Concat(test).Order().SequenceEqual(Enumerable.Range(0, n))),
            ("testFractionWithinTolerance",
                Math.Abs((double)test.Length / Math.Max(n, 1) - fraction) <= args.Dbl("tolerance", 0.1)),
            ("trainInInputOrder", train.SequenceEqual(train.Order())), ("testInInputOrder", test.SequenceEqual(test.Order())),
            ("secondReadSame", Ids(split.TrainSet).SequenceEqual(train)),
            ("sameSeedSame", Ids(again.TrainSet).SequenceEqual(train)),
            ("columns", VisibleColumns(split.TrainSet)), ("testColumns", VisibleColumns(split.TestSet)),
            ("groupsDisjoint", !Groups(split.TrainSet).Intersect(Groups(split.TestSet)).Any()),
            ("getRowCount", split.TrainSet.GetRowCount()));
    }

    private static JsonObject CrossValidationSplit(JsonObject c, Action<string> stage)
    {
        var args = c["args"];
        var n = args.Int("rows");
        stage("split");
        var folds = new MLContext(seed: 1)
            .Data.CrossValidationSplit(Generated(args), args.Int("numberOfFolds", 5), args.Str("samplingKey"),
            args.IntOrNull("seed"));
        stage("read");
        var tests = folds.Select(f => Ids(f.TestSet)).ToArray();
        var trains = folds.Select(f => Ids(f.TrainSet)).ToArray();
        var everything = tests.SelectMany(t => t).ToArray();
        return J.O(("folds", folds.Count), ("testsDisjoint", everything.Distinct().Count() == everything.Length),
            ("testsComplete", everything.Order().SequenceEqual(Enumerable.Range(0, n))),
            ("trainIsComplement",
                tests.Zip(trains).All(f => f.First.Union(f.Second).Count() == n && !f.First.Intersect(f.Second).Any())),
            ("sizesWithinTolerance",
                tests.All(t => Math.Abs((double)t.Length / Math.Max(n, 1) - 1.0 / folds.Count) <= args.Dbl("tolerance", 0.1))),
            ("groupsDisjoint", folds.All(f => !Groups(f.TrainSet).Intersect(Groups(f.TestSet)).Any())),
            ("columns", VisibleColumns(folds[0].TrainSet)));
    }

    /// <summary>Rows Id = 0, 1, ..., Group = "g" + Id * 31 % groups, X = Id / 2.</summary>
    private static MemoryView Generated(JsonNode args)
    {
        var (ids, groups) = (Enumerable.Range(0, args.Int("rows")).ToArray(), args.Int("groups", 7));
        return new(J.A(J.O(("name", "Id"), ("type", "Int32"), ("values", ids)),
            J.O(("name", "Group"), ("type", "String"), ("values", ids.Select(i => $"g{i * 31 % groups}"))),
            J.O(("name", "X"), ("type", "Single"), ("values", ids.Select(i => i / 2f)))));
    }

    private static int[] Ids(IDataView view) => view.GetColumn<int>("Id").ToArray();

    private static string[] Groups(IDataView view) => view.GetColumn<string>("Group").Distinct().ToArray();

    private static JsonArray VisibleColumns(IDataView view) => J.Arr(view.Schema.Where(c => !c.IsHidden).Select(c => c.Name));
}
