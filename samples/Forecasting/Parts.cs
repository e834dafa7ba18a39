using System.Globalization;

namespace Samples.Forecasting;

/// <summary>The steps to learn from, to stop by and to measure with, in the order of time.</summary>
internal sealed record Parts(Range Training, Range Validation, Range Test)
{
    /// <summary>The columns of the electricity transformers, whose parts are published.</summary>
    private static readonly string[] Transformers = ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"];

    /// <summary>The parts that are asked for, else those by which results are published: of ETTh1, ETTh2, ETTm1 and ETTm2 twelve months
    /// of thirty days, four and four; of other series seven tenths, one and two.</summary>
    /// <param name="asked">Steps, or shares of at most 1, of the three; none for what is published.</param>
    /// <param name="file">The series.</param>
    /// <param name="steps">How many steps they have.</param>
    /// <exception cref="ArgumentException">The parts are no three, or don't fit the series.</exception>
    public static Parts Of(IReadOnlyList<double> asked, SeriesFile file, int steps)
    {
        if (asked.Count > 0)
            return Asked(asked, steps);
        int perDay = file.Interval is { Ticks: > 0 } interval ? (int)(TimeSpan.FromDays(1) / interval) : 0;
        int month = 30 * perDay;
        return file.Series.SequenceEqual(Transformers) && perDay is 24 or 96 && steps >= 20 * month
            ? OfCounts(12 * month, 4 * month, 4 * month)
            : OfCounts((int)(steps * 0.7), steps - (int)(steps * 0.7) - (int)(steps * 0.2), (int)(steps * 0.2));
    }

    /// <summary>Checks that each part has room for a forecast.</summary>
    /// <exception cref="ArgumentException">One has not.</exception>
    public void Require(int length, int horizon)
    {
        Check("learn from", Training, length + horizon, $"{length} to forecast from (--length) and {horizon} to forecast (--horizon)");
        Check("stop by", Validation, horizon, $"{horizon} to forecast (--horizon)");
        Check("measure with", Test, horizon, $"{horizon} to forecast (--horizon)");

        static void Check(string purpose, Range part, int least, string parts)
        {
            if (part.End.Value - part.Start.Value < least)
                throw new ArgumentException(
                    $"The part to {purpose} has {part.End.Value - part.Start.Value} steps, but a window takes {parts}. Ask for less, " +
                    "for other parts (--split), or take more rows.");
        }
    }

    public override string ToString() =>
        $"steps {Training} to learn from, {Validation} to stop by, {Test} to measure with";

    private static Parts Asked(IReadOnlyList<double> asked, int steps)
    {
        if (asked.Count != 3 || asked.Any(part => part <= 0))
            throw new ArgumentException("Give three parts above 0, to learn from, to stop by and to measure with (--split 0.7 0.1 0.2).");
        bool areShares = asked.All(part => part < 1);
        int[] counts = [.. asked.Select(part => areShares ? (int)Math.Round(part * steps) : (int)part)];
        return counts.Sum() <= steps || (areShares && asked.Sum() <= 1 + 1e-9)
            ? OfCounts(counts[0], counts[1], Math.Min(counts[2], steps - counts[0] - counts[1]))
            : throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"The parts {string.Join(' ', asked)} (--split) come to more than the {steps} steps of the series."));
    }

    private static Parts OfCounts(int training, int validation, int test) =>
        new(..training, training..(training + validation), (training + validation)..(training + validation + test));
}
