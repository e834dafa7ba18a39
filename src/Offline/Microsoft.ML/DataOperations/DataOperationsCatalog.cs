namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog : IInternalCatalog
{
    private readonly IHostEnvironment _env;

    internal DataOperationsCatalog(IHostEnvironment env) => _env = env;
    IHostEnvironment IInternalCatalog.Environment => _env;

    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        Contracts.CheckValue(input, nameof(input));
        foreach (var name in columnsToPrefetch ?? []) input.Schema.Find(name, "prefetch", nameof(columnsToPrefetch));
        return new CachedView(input, [.. columnsToPrefetch ?? []]);
    }

    public IDataView FilterRowsByColumn(IDataView input, string columnName, double lowerBound = double.NegativeInfinity,
        double upperBound = double.PositiveInfinity)
    {
        Contracts.CheckNonEmpty(columnName, nameof(columnName));
        Contracts.CheckParam(lowerBound < upperBound, nameof(upperBound), "Must be greater than lowerBound");
        var column = Contracts.NotNull(input).Schema[columnName];
        Contracts.CheckParam(MissingValues.IsReal(column.Type), nameof(columnName),
            $"Column '{columnName}' is {column.Type}, but the filter needs Single or Double");
        return new FilteredView(input, [column], row =>
        {
            var read = RowSplitter.NumberReader(row, column);
            return () => read() is var value && value >= lowerBound && value < upperBound;
        });
    }

    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(columns is { Length: > 0 }, nameof(columns), "Name the columns to look at");
        var tested = Array.ConvertAll(columns, n => input.Schema.GetColumnOrNull(n)
            ?? throw new ArgumentOutOfRangeException("Columns", $"Source column '{n}' not found"));
        foreach (var column in tested)
        {
            Contracts.CheckParam(tested.Count(c => c.Index == column.Index) == 1, "Columns", $"'{column.Name}' is given twice");
            var itemType = column.Type.GetItemType();
            Contracts.CheckParam(itemType is KeyDataViewType || MissingValues.IsReal(itemType), "Columns",
                $"Column '{column.Name}' is {column.Type}, which has no missing values");
        }
        return new FilteredView(input, tested, row =>
        {
            var tests = Array.ConvertAll(tested, c =>
                Generic.Call<Func<bool>>(MissingTest<int>, c.Type.GetItemType().RawType, row, c));
            return () => !Array.Exists(tests, isMissing => isMissing());
        });
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        Contracts.CheckParam(shufflePoolSize > 0, nameof(shufflePoolSize), "Must be positive");
        seed ??= _env.Register("Shuffle").Rand.Next();
        return new ShuffledView(Contracts.NotNull(input), seed.Value, shufflePoolSize, shuffleSource);
    }

    public IDataView SkipRows(IDataView input, long count) => Range(input, count, skip: count, take: long.MaxValue);
    public IDataView TakeRows(IDataView input, long count) => Range(input, count, skip: 0, take: count);

    /// <summary>Draws the rows of the test set, or, by a sampling key, the groups of rows that stay together.</summary>
    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null,
        int? seed = null)
    {
        Contracts.CheckParam(testFraction is > 0 and < 1, nameof(testFraction), "Must be between 0 and 1 exclusive");
        return Splitter(data, samplingKeyColumnName, seed).Split(0, testFraction, includeMax: false);
    }

    public IReadOnlyList<TrainTestData> CrossValidationSplit(IDataView data, int numberOfFolds = 5,
        string samplingKeyColumnName = null, int? seed = null)
    {
        Contracts.CheckParam(numberOfFolds > 1, nameof(numberOfFolds), "Must be more than 1");
        var splitter = Splitter(data, samplingKeyColumnName, seed);
        return [.. Enumerable.Range(0, numberOfFolds).Select(i =>
            splitter.Split((double)i / numberOfFolds, (i + 1.0) / numberOfFolds, includeMax: true))];
    }

    private static RowRangeView Range(IDataView input, long count, long skip, long take)
    {
        Contracts.CheckParam(count > 0, nameof(count), "Must be greater than zero.");
        return new(Contracts.NotNull(input), skip, take);
    }

    private RowSplitter Splitter(IDataView data, string samplingKeyColumnName, int? seed) =>
        new(Contracts.NotNull(data), samplingKeyColumnName, (uint?)(seed ?? ((IHostEnvironmentInternal)_env).Seed));

    private static Func<bool> MissingTest<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var (read, isMissing) = (row.ReadSlots<T>(column), MissingValues.Test<T>(column.Type.GetItemType()));
        return () =>
        {
            var vector = read();
            foreach (var value in vector.GetValues())
                if (isMissing(value)) return true;
            return !vector.IsDense && isMissing(default);
        };
    }

    /// <summary>Two data sets without a common row.</summary>
    public struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;
        internal TrainTestData(IDataView trainSet, IDataView testSet) => (TrainSet, TestSet) = (trainSet, testSet);
    }
}
