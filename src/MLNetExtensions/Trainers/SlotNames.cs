using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Trainers;

/// <summary>The names of a feature column's slots.</summary>
internal static class SlotNames
{
    /// <summary>The first slot, counted from 0, that has another name in <paramref name="other"/>, and both names; null when
    /// there is none, or one of the two has no names.</summary>
    public static (int Slot, string Name, string Other)? FirstDifference(Column column, Column other)
    {
        if (!column.HasSlotNames() || !other.HasSlotNames())
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default, others = default;
        column.GetSlotNames(ref names);
        other.GetSlotNames(ref others);
        foreach ((int slot, ReadOnlyMemory<char> name) in names.Items(all: true))
        {
            ReadOnlyMemory<char> there = others.GetItemOrDefault(slot);
            if (!name.Span.SequenceEqual(there.Span))
                return (slot, name.ToString(), there.ToString());
        }
        return null;
    }
}
