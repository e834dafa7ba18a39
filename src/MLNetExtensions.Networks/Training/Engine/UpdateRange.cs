namespace MLNetExtensions.Networks.Training;

/// <summary>Trained parameters that lie behind each other and are updated alike.</summary>
/// <param name="Start">The place of the first value.</param>
/// <param name="Length">The number of values, padding included.</param>
/// <param name="Decays">Whether weight decay takes from them.</param>
/// <param name="LearningRateFactor">How many times the learning rate they learn at.</param>
internal readonly record struct UpdateRange(long Start, long Length, bool Decays, double LearningRateFactor = 1)
{
    /// <summary>As few ranges as the optimiser allows.</summary>
    public static UpdateRange[] Of(ParameterLayout layout, Optimizer optimizer)
    {
        List<UpdateRange> ranges = [];
        for (int i = 0; i < layout.Trained.Length; i++)
        {
            ParameterSlot slot = layout.Trained[i];
            long end = i + 1 < layout.Trained.Length ? layout.Trained[i + 1].Offset : layout.TrainableLength;
            bool decays = optimizer.Decays(slot.Shape);
            if (ranges.Count > 0 && ranges[^1].Decays == decays && ranges[^1].LearningRateFactor == slot.LearningRateFactor)
                ranges[^1] = ranges[^1] with { Length = end - ranges[^1].Start };
            else
                ranges.Add(new(slot.Offset, end - slot.Offset, decays, slot.LearningRateFactor));
        }
        return [.. ranges];
    }

    /// <summary>Ranges that differ by weight decay alone, joined.</summary>
    public static UpdateRange[] OfOneRate(UpdateRange[] ranges)
    {
        List<UpdateRange> joined = [];
        foreach (UpdateRange range in ranges)
        {
            if (joined.Count > 0 && joined[^1].LearningRateFactor == range.LearningRateFactor)
                joined[^1] = joined[^1] with { Length = joined[^1].Length + range.Length };
            else
                joined.Add(range);
        }
        return [.. joined];
    }
}
