using System.Numerics;
using static Microsoft.ML.Transforms.MissingValueReplacingEstimator;

namespace Microsoft.ML.Transforms;

/// <summary>A number that stands for the values seen.</summary>
internal abstract class ReplacementStatistic<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ReplacementStatistic<T> Create(ReplacementMode mode, bool bySlot, bool acrossSlots) => mode switch
    {
        ReplacementMode.Mean => new MeanStatistic<T>(noneIsNaN: acrossSlots),
        ReplacementMode.Mode => new ModeStatistic<T>(),
        // ML.NET leaves infinities out of doubles by slot, and only there
        _ => new ExtremeStatistic<T>(mode == ReplacementMode.Maximum, onlyFinite: bySlot && typeof(T) == typeof(double)),
    };

    public abstract void Add(T value);

    /// <param name="total">How many values there were, the zeros that sparse rows leave out included.</param>
    public abstract T Finish(long total);
}
