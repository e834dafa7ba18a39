using System.Collections.Immutable;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Evaluation;

/// <summary>A metric that is measured in each slot of vectors by itself.</summary>
internal sealed class SlotMetrics
{
    private readonly RunningMetric[] _slots;

    public SlotMetrics(TrainingMetric metric, int slots) =>
        _slots = [.. Enumerable.Range(0, slots).Select(_ => metric.Start(One))];

    /// <summary>The layout of one output.</summary>
    private static RowLayout One { get; } = new(1);

    /// <summary>What was measured in each slot; NaN where there was nothing to tell.</summary>
    public ImmutableArray<double> Values => [.. _slots.Select(slot => slot.Value ?? double.NaN)];

    public void Add(float[] label, float[] score)
    {
        for (int slot = 0; slot < _slots.Length; slot++)
            _slots[slot].Add(new OutputBatch<float>(One, score.AsSpan(slot, 1), label.AsSpan(slot, 1)));
    }

    /// <summary>The mean over the slots that there is something to tell of; NaN when there is none.</summary>
    public static double Mean(ImmutableArray<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}
