using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        Contracts.CheckValue(input, nameof(input));
        var prefetch = Array.ConvertAll(columnsToPrefetch ?? [], n =>
            input.Schema.Find(n, "prefetch", nameof(columnsToPrefetch)));
        foreach (var column in prefetch)
            Contracts.Check(RowStore.CanKeep(column.Type), $"Column '{column.Name}' of type '{column.Type}' cannot be cached");
        var kept = RowStore.WithoutOthers(input);
        return new CachedView(kept, prefetch.Select(c => kept.Schema[c.Name]));
    }

    public IDataView FilterRowsByColumn(IDataView input, string columnName, double lowerBound = double.NegativeInfinity,
        double upperBound = double.PositiveInfinity)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckNonEmpty(columnName, nameof(columnName));
        Contracts.CheckParam(lowerBound < upperBound, nameof(upperBound), "Must be greater than lowerBound");
        var type = input.Schema[columnName].Type;
        if (type is not NumberDataViewType)
            throw Contracts.ExceptSchemaMismatch(nameof(columnName), "filter", columnName, "number", type.ToString());
        return new RangeTest(lowerBound, upperBound).Filter(input, columnName);
    }

    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(columns is { Length: > 0 }, nameof(columns), "Name the columns to look at");
        var tested = Array.ConvertAll(columns, n => input.Schema.GetColumnOrNull(n)
            ?? throw new ArgumentOutOfRangeException("Columns", $"Source column '{n}' not found"));
        foreach (var column in tested)
        {
            Contracts.CheckParam(tested.Count(c => c.Index == column.Index) == 1, "Columns",
                $"Source column '{column.Name}' specified multiple times");
            Contracts.CheckParam(MissingTest.CanTest(column.Type), "Columns",
                $"Column '{column.Name}' has type {column.Type} which does not support missing values");
        }
        return new FilteredView(input, Array.ConvertAll(tested, c => c.Index), row =>
        {
            var missing = Array.ConvertAll(tested, c => MissingTest.Make(row, c));
            return () => !Array.Exists(missing, test => test());
        });
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(shufflePoolSize > 0, nameof(shufflePoolSize), "Must be positive");
        seed ??= _env.Register("Shuffle").Rand.Next();
        return new ShuffledView(RowStore.WithoutOthers(input), seed.Value, shufflePoolSize, shuffleSource);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(count > 0, nameof(count), "Must be greater than zero.");
        return new RowRangeView(input, count, long.MaxValue);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(count > 0, nameof(count), "Must be greater than zero.");
        return new RowRangeView(input, 0, count);
    }
}
