using Microsoft.ML;
using Microsoft.ML.Data;
using Samples.Tables;

namespace Samples.Forecasting;

/// <summary>Series of a text file, a row a step, in the order of time.</summary>
internal sealed class SeriesFile
{
    /// <summary>The columns of <see cref="Load"/>.</summary>
    public const string Values = "Values", Time = "Time";

    /// <summary>What the command line says where rows are equal steps, whatever their times.</summary>
    public const string NoTime = "none";

    private const string RelativePath = "series/ETTh1.csv", Times = "date";

    private static readonly PublicFile Public = new(
        new("https://raw.githubusercontent.com/zhouhaoyi/ETDataset/main/ETT-small/ETTh1.csv"),
        "f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066");

    private readonly Step[] _steps;

    private SeriesFile(string origin, IReadOnlyList<string> series, Step[] steps, bool hasTimes, IReadOnlyList<string> remarks)
    {
        (Origin, Series, _steps, HasTimes, Remarks) = (origin, series, steps, hasTimes, remarks);
        Interval = hasTimes ? MostFrequentInterval(steps) : null;
    }

    /// <summary>Where the file comes from.</summary>
    public string Origin { get; }

    /// <summary>Whether it is ETTh1 with all of its columns.</summary>
    public bool IsBenchmark { get; private init; }

    /// <summary>Whether the steps have times.</summary>
    public bool HasTimes { get; }

    /// <summary>The most frequent time between two rows; null without times.</summary>
    public TimeSpan? Interval { get; }

    /// <summary>The number of rows, a step each.</summary>
    public int Rows => _steps.Length;

    /// <summary>What the series are called.</summary>
    public IReadOnlyList<string> Series { get; }

    /// <summary>What of the file was not taken as it is there.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>The file that the command line names, else ETTh1, else one that is made up.</summary>
    /// <param name="path">The file; null for ETTh1.</param>
    /// <param name="options">What is said of its columns.</param>
    public static async Task<SeriesFile> FindAsync(string? path, SeriesOptions options)
    {
        (string? found, string origin) = await SampleData.FindAsync(path, RelativePath, Public);
        if (path is not null)
            return Read(found!, origin, options);
        if (found is not null)
            return Read(found, origin, options, isBenchmark: options.Series.Count == 0);
        string generated = Path.Combine(Path.GetTempPath(), "mlnetextensions-synthetic-series.csv");
        SyntheticSeries.Write(generated, Times);
        return Read(generated, $"GENERATED series, not measured ones: {origin}", new());
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ArgumentException">A column is not there.</exception>
    /// <exception cref="FormatException">A cell is no number or time; the message names column and row.</exception>
    public static SeriesFile Read(string path, string origin, SeriesOptions options, bool isBenchmark = false)
    {
        TextTable table = TextTable.Read(path);
        bool areTimesRefused = options.Time is [NoTime] && !table.Names.Contains(NoTime);
        int[] timeColumns = areTimesRefused ? [] : [.. options.Time.Select(name => table.Find(name, "--time"))];
        SeriesColumn[] columns = SeriesColumn.Read(table, timeColumns, options.Missing);
        if (options.Time.Count == 0 && Array.FindIndex(columns, column => column.AreTimes) is >= 0 and int dates)
            timeColumns = [dates];
        string timeName = string.Join(", ", timeColumns.Select(i => table.Names[i]));
        DateTime[]? times = timeColumns.Length == 0
            ? null
            : TimeText.Parse(SeriesColumn.Join([.. timeColumns.Select(i => columns[i])]), options.TimeFormat, timeName);
        List<string> remarks = [];
        if (options.Time.Count == 0 && times is not null)
            remarks.Add($"times are those of the column '{timeName}'");
        SeriesColumn[] series = options.Series.Count > 0
            ? [.. options.Series.Select(name => columns[table.Find(name, "--series")].RequireNumbers())]
            : Choose(columns.Where((_, i) => !timeColumns.Contains(i)), remarks);
        if (series.Length == 0)
            throw new FormatException(
                $"The file '{path}' has no column of numbers to forecast. Decimals are written with a point, or with a comma where " +
                $"semicolons separate the cells.{string.Concat(remarks.Select(remark => $" {remark}."))}");
        Step[] steps = [.. Enumerable.Range(0, columns[0].Count).Select(row => new Step
        {
            Time = times?[row] ?? default, Values = [.. series.Select(column => column[row])],
        })];
        steps = Order(steps, times is not null, options.Fill, remarks);
        return new(origin, [.. series.Select(column => column.Name)], steps, times is not null, remarks) { IsBenchmark = isBenchmark };
    }

    /// <summary>The series as a vector a row and, where there are, its times.</summary>
    public IDataView Load(MLContext ml)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Step));
        schema[Values].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Series.Count);
        schema[Values].AddAnnotation(
            "SlotNames", new VBuffer<ReadOnlyMemory<char>>(Series.Count, [.. Series.Select(name => name.AsMemory())]),
            new VectorDataViewType(TextDataViewType.Instance, Series.Count));
        return ml.Data.LoadFromEnumerable(_steps, schema);
    }

    /// <summary>The columns that are numbers and say something, and a remark for each other.</summary>
    private static SeriesColumn[] Choose(IEnumerable<SeriesColumn> columns, List<string> remarks)
    {
        List<SeriesColumn> chosen = [];
        foreach (SeriesColumn column in columns)
        {
            if (column.WhyNotForecast is { } reason)
                remarks.Add($"'{column.Name}' is left out, {reason}");
            else
                chosen.Add(column);
        }
        return [.. chosen];
    }

    /// <summary>The steps in the order of time; where values are carried forward, one a time, from the first that has all.</summary>
    /// <exception cref="FormatException">There are several of a time.</exception>
    private static Step[] Order(Step[] steps, bool hasTimes, bool fill, List<string> remarks)
    {
        if (hasTimes && steps.Zip(steps.Skip(1)).Any(pair => pair.Second.Time < pair.First.Time))
        {
            steps = [.. steps.OrderBy(step => step.Time)];
            remarks.Add("rows were not in the order of time and have been sorted");
        }
        if (hasTimes && steps.Zip(steps.Skip(1)).FirstOrDefault(pair => pair.Second.Time == pair.First.Time) is { First: { } twice })
        {
            if (!fill)
                throw new FormatException(
                    $"There are several rows of {twice.Time:s}. Leave one for each step, --fill takes the first, or " +
                    "name all columns of the time (--time day hour).");
            int all = steps.Length;
            steps = [.. steps.DistinctBy(step => step.Time)];
            remarks.Add($"{all - steps.Length} rows of times that were there before are left out");
        }
        int whole = Array.FindIndex(steps, step => step.Values.All(float.IsFinite));
        if (!fill || whole < 0)
            return steps;
        if (whole > 0)
            remarks.Add($"{whole} rows before the first that has all values are left out");
        steps = steps[whole..];
        if (steps.Sum(step => step.Values.Count(value => !float.IsFinite(value))) is > 0 and int missing)
            remarks.Add($"{missing} values are missing, the last one is carried on");
        return steps;
    }

    private static TimeSpan? MostFrequentInterval(Step[] steps) => steps.Length < 2
        ? null
        : steps.Zip(steps.Skip(1)).CountBy(pair => pair.Second.Time - pair.First.Time).MaxBy(pair => pair.Value).Key;

    private sealed class Step
    {
        public DateTime Time { get; set; }

        public float[] Values { get; set; } = [];
    }
}
