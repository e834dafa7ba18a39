namespace Microsoft.ML.Data;

/// <summary>Gives each row a number in [0, 1) by which it is in one set or the other: a random one, or one made from a sampling
/// key, the same for equal keys. Number for number what ML.NET draws, so that both split data alike.</summary>
internal sealed class RowSplitter
{
    private const uint DefaultSeed = 42;
    private readonly IDataView _data;
    private readonly DataViewSchema.Column[] _columns;
    private readonly Func<DataViewRow, Func<double>> _makeNumber;

    public RowSplitter(IDataView data, string samplingKey, uint? seed)
    {
        _data = data;
        if (samplingKey == null)
        {
            (_columns, _makeNumber) = ([], row => Draw(row, seed ?? DefaultSeed));
            return;
        }
        var column = data.Schema.Find(samplingKey, "SamplingKeyColumn", "samplingKeyColumn");
        Contracts.CheckParam(column.Type is PrimitiveDataViewType, "samplingKeyColumn",
            $"A sampling key must be a scalar, not {column.Type}");
        _columns = [column];
        _makeNumber = column.Type is KeyDataViewType ? row => NumberReader(row, column)
            : column.Type == NumberDataViewType.Single ? Scaled(data.GetColumn<float>(column), column)
            : column.Type == NumberDataViewType.Double ? Scaled(data.GetColumn<double>(column), column)
            : row => SamplingHash.Reader(row, column, seed);
    }

    /// <summary>The rows whose number is in the range, and the others. A row without a sampling key is in neither set.</summary>
    public DataOperationsCatalog.TrainTestData Split(double min, double max, bool includeMax) => new(
        Rows(number => number < min || (includeMax ? number > max : number >= max)),
        Rows(number => number >= min && (includeMax ? number <= max : number < max)));

    /// <summary>Reads a number, or the middle of the place that a key has among its values, from 0 to 1: NaN if it is
    /// missing.</summary>
    public static Func<double> NumberReader(DataViewRow row, DataViewSchema.Column column) =>
        Generic.Call<Func<double>>(MakeNumberReader<int>, column.Type.RawType, row, column);

    private static Func<double> MakeNumberReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var (read, count) = (row.Reader<T>(column), (column.Type as KeyDataViewType)?.Count);
        return () =>
        {
            var number = Convert.ToDouble(read(), CultureInfo.InvariantCulture);
            return count is null ? number : number == 0 || number > count ? double.NaN : (number - 0.5) / count.Value;
        };
    }

    private FilteredView Rows(Func<double, bool> passes) => new(_data, _columns, row =>
    {
        var number = _makeNumber(row);
        return () => passes(number());
    });

    private static Func<double> Draw(DataViewRow row, uint seed)
    {
        var random = new Tausworthe(seed);
        double number = 0;
        var drawn = -1L;
        return () =>
        {
            for (; drawn < row.Position; drawn++) number = random.NextSingle();
            return number;
        };
    }

    /// <summary>A number in its place between the least and the greatest one; 0 if all are equal.</summary>
    private static Func<DataViewRow, Func<double>> Scaled<T>(IEnumerable<T> values, DataViewSchema.Column column)
        where T : struct, IFloatingPointIeee754<T>
    {
        var (min, max) = (T.PositiveInfinity, T.NegativeInfinity);
        foreach (var value in values)
            if (!T.IsNaN(value)) (min, max) = (T.Min(min, value), T.Max(max, value));
        var scale = max > min ? T.One / (max - min) : T.Zero;
        return row =>
        {
            var read = row.Reader<T>(column);
            return () => double.CreateChecked((read() - min) * scale);
        };
    }
}
