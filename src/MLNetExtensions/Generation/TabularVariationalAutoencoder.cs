using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Generation;

/// <summary>
/// Learns to make up rows of a table (Xu et al., "Modeling Tabular data using Conditional GAN", 2019, whose TVAE it follows): a
/// variational autoencoder whose decoder gives a mean and a variance for each number and a probability for each category. In the
/// place of the paper's mixtures, numbers are learned by their rank, which suits any distribution, gaps and repeated values
/// included.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>numbers</term><description>Single; a missing one (NaN) is a value like others, an infinite one an
/// error</description></item>
/// <item><term>categories</term><description>Boolean, text, Key&lt;UInt32&gt;; a missing key is a category like
/// others</description></item>
/// <item><term>history</term><description>negative evidence lower bounds, with the divergence counted <see cref="Options.Beta"/>
/// times, in nats a row</description></item>
/// </list>
/// The rows that are made up look like those learned; they are no proof that nothing of a person can be learned from them.
/// </remarks>
public sealed class TabularVariationalAutoencoder
{
    /// <summary>The most categories of a column. One of more holds names or numbers of persons, of which nothing like them is to
    /// be made up.</summary>
    private const int MaxCategories = 1000;

    private readonly IHost _host;
    private readonly Options _options;
    private readonly int _seed;

    /// <summary>How a table is learned. The loss is the task's own.</summary>
    public sealed record Options : TrainingOptions
    {
        /// <summary>300 epochs in batches of 64.</summary>
        public Options() => (Epochs, BatchSize) = (300, 64);

        /// <summary>The columns to make up; null for all that are not hidden.</summary>
        public IReadOnlyList<string>? ColumnNames { get; set; }

        /// <summary>The size of the code.</summary>
        public int LatentSize { get; set; } = 16;

        /// <summary>How many times the divergence of codes from N(0, 1) counts, at least 0. The less, the better rows keep what
        /// depends on each other; the more, the likelier they are where many learned ones are. The library of the paper's
        /// authors takes a half too, counting the rest twice.</summary>
        public double Beta { get; set; } = 0.5;

        /// <summary>The hidden layers of the encoder, and in reverse of the decoder; null for two of 128, as in the
        /// paper.</summary>
        public IReadOnlyList<int>? HiddenWidths { get; set; }

        /// <summary>What computes: the managed engine when null.</summary>
        public INetworkEngine? Engine { get; set; }

        /// <summary>Hears how training goes.</summary>
        public IProgress<TrainingProgress>? Progress { get; set; }

        /// <summary>Ends reading and training with <see cref="OperationCanceledException"/>.</summary>
        public CancellationToken CancellationToken { get; set; }
    }

    internal TabularVariationalAutoencoder(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LatentSize, 1);
        if (!(options.Beta >= 0 && double.IsFinite(options.Beta)))
            throw new ArgumentOutOfRangeException(nameof(options), options.Beta, "Beta must be at least 0.");
        if (options.Loss is not null)
            throw new ArgumentException("The loss of a table is its own: leave Loss unset.", nameof(options));
        if (options.ColumnNames?.CountBy(name => name).FirstOrDefault(name => name.Value > 1).Key is { } twice)
            throw new ArgumentException($"ColumnNames has '{twice}' more than once.", nameof(options));
        _host = env.Register(nameof(TabularVariationalAutoencoder));
        _options = (Options)options.Copy() with
        {
            ColumnNames = options.ColumnNames?.ToArray(), HiddenWidths = options.HiddenWidths?.ToArray(),
        };
        _seed = _host.Rand.Next();
    }

    /// <summary>Learns the rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a type that can't be made up; the message names
    /// it.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, a number is infinite, or a column has too many categories;
    /// the message names the column.</exception>
    public TabularGenerator Fit(IDataView data)
    {
        ArgumentNullException.ThrowIfNull(data);
        using IChannel channel = _host.Start("Training");
        using FitCancellation cancellation = new(_host, _options.CancellationToken);
        int seed = _options.Seed ?? _options.FindCheckpoint()?.Seed ?? _seed;
        (ColumnValues Values, int[] Places)[] columns = Read(data, cancellation);
        ColumnCode[] codes = [.. columns.Select(column => ColumnCode.Of(column.Values, column.Places))];
        NetworkDefinition network = VariationalAutoencoder.Create(
            new(codes.Sum(code => code.Width)), _options.LatentSize, _options.HiddenWidths ?? [128, 128],
            codes.Sum(code => code.Outputs));
        TrainingData rows = Encode(columns, codes, seed);
        TrainingOptions options = _options with
        {
            Loss = new TabularLoss(
                [.. columns.Zip(
                    codes, (column, code) => new TabularLoss.Part(column.Values.AreNumbers, code.Outputs, code.Width))],
                _options.Beta),
            Seed = seed,
            Warned = _options.Warned + (message => channel.Warning(MessageSensitivity.None, message)),
        };
        TrainingResult result = NetworkTrainer.Fit(
            network, _options.Engine ?? ManagedEngine.Default, rows, null, options, null,
            new ChannelProgress(channel, _options.Progress, cancellation), cancellation.Token);
        return new(
            [.. columns.Select(column => column.Values)], codes, VariationalAutoencoder.Decoder(result.Model), result.History);
    }

    private (ColumnValues Values, int[] Places)[] Read(IDataView data, FitCancellation cancellation)
    {
        Column[] columns = _options.ColumnNames is { } names
            ? [.. names.Select(name => data.Schema.GetColumnOrNull(name)
                ?? throw new ArgumentOutOfRangeException(nameof(data), $"Could not find column '{name}'"))]
            : [.. data.Schema.Where(column => !column.IsHidden)];
        if (columns.Length == 0)
            throw new ArgumentException("There is no column to make up.", nameof(data));
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        ColumnReader[] readers = [.. columns.Select(column => ColumnValues.Open(cursor, column))];
        long count = 0;
        for (; cursor.MoveNext(); count++)
        {
            cancellation.ThrowIfCanceled();
            foreach (ColumnReader reader in readers)
                reader.Read(count);
        }
        if (count == 0)
            throw new InvalidOperationException($"The data with column '{columns[0].Name}' has no rows.");
        (ColumnValues Values, int[] Places)[] read = [.. readers.Select(reader => reader.Finish())];
        if (read.FirstOrDefault(column => !column.Values.AreNumbers && column.Values.Count > MaxCategories).Values is { } wide)
            throw new InvalidOperationException(
                $"The column '{wide.Name}' has {wide.Count} categories, more than {MaxCategories}. Leave it out (ColumnNames), " +
                "or group its values (mlContext.Transforms.Conversion.MapValue).");
        return read;
    }

    private static TrainingData Encode((ColumnValues Values, int[] Places)[] columns, ColumnCode[] codes, int seed)
    {
        (int count, int width) = (columns[0].Places.Length, codes.Sum(code => code.Width));
        float[] features = new float[checked(count * width)];
        for (int row = 0; row < count; row++)
        {
            SplitMix64 random = new(seed, row);
            Span<float> rest = features.AsSpan(row * width, width);
            for (int column = 0; column < codes.Length; column++)
            {
                codes[column].Encode(columns[column].Places[row], rest[..codes[column].Width], ref random);
                rest = rest[codes[column].Width..];
            }
        }
        return new InMemoryTrainingData<float>(new(width), features, features, targetSize: width);
    }
}
