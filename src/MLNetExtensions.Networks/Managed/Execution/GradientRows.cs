using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>The rows of a table that have a gradient: those whose ids the last batch had. The others are zero, and nobody looks
/// at them.</summary>
/// <param name="slot">Where the table lies.</param>
/// <param name="width">The values of a row.</param>
/// <param name="lists">The places of each id.</param>
internal sealed class GradientRows(ParameterSlot slot, int width, RowLists lists)
{
    /// <summary>The place of the table's first value among the trained parameters.</summary>
    public long Start => slot.Offset;

    /// <summary>The place behind its last value.</summary>
    public long End => slot.Offset + slot.Length;

    /// <summary>The values of a row.</summary>
    public int Width => width;

    /// <summary>The rows that have a gradient, unless all may have one.</summary>
    public ReadOnlySpan<int> Rows => lists.Used.AsSpan(0, lists.Count);

    /// <summary>Whether gradients came from elsewhere, so that every row may have one.</summary>
    public bool AreAll { get; set; }
}
