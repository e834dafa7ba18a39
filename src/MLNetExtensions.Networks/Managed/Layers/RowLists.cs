namespace MLNetExtensions.Networks.Managed;

/// <summary>For each row of a table a list of the places that take it, the last one pushed first. What is not used costs nothing
/// but its memory.</summary>
/// <param name="rows">The rows of the table.</param>
/// <param name="places">The most places.</param>
internal sealed class RowLists(int rows, int places)
{
    private const int End = -1;

    /// <summary>The first place of each row; below 0 where there is none.</summary>
    public int[] First { get; } = NewList(rows);

    /// <summary>The place behind each place; below 0 behind the last one.</summary>
    public int[] Next { get; } = new int[places];

    /// <summary>The rows that have places.</summary>
    public int[] Used { get; } = new int[Math.Min(rows, places)];

    /// <summary>How many rows have places.</summary>
    public int Count { get; private set; }

    public void Push(int row, int place)
    {
        if (First[row] == End)
            Used[Count++] = row;
        (Next[place], First[row]) = (First[row], place);
    }

    public void Clear()
    {
        foreach (int row in Used.AsSpan(0, Count))
            First[row] = End;
        Count = 0;
    }

    private static int[] NewList(int length)
    {
        int[] list = new int[length];
        Array.Fill(list, End);
        return list;
    }
}
