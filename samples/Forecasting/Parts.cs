namespace Samples.Forecasting;

/// <summary>The steps to learn from, to stop by and to measure with, in the order of time.</summary>
internal sealed record Parts(Range Training, Range Validation, Range Test)
{
    /// <summary>Twelve months, four and four, of thirty days of hours each: how results on ETTh1 are published.</summary>
    public static Parts OfBenchmark { get; } = Of(12 * 30 * 24, 4 * 30 * 24, 4 * 30 * 24);

    /// <summary>Seven tenths, one and two.</summary>
    public static Parts OfLength(int steps) => Of(steps * 7 / 10, steps / 10, steps - steps * 7 / 10 - steps / 10);

    private static Parts Of(int training, int validation, int test) =>
        new(..training, training..(training + validation), (training + validation)..(training + validation + test));
}
