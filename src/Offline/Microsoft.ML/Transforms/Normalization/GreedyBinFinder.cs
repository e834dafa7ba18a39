namespace Microsoft.ML.Transforms;

/// <summary>Cuts sorted values into bins that make the sum of squared counts small: first the cut that gains most, again and
/// again, then each cut moves while that gains something. Equal gains are resolved by the order in the heap, which therefore is
/// ML.NET's.</summary>
internal sealed class GreedyBinFinder
{
    private readonly int _binCount;
    private readonly int[] _accumulated; // how many values lie below the i-th distinct value
    private readonly int[] _cuts;        // the first distinct value of each bin, and the number of them all

    private GreedyBinFinder(int[] counts, int binCount)
    {
        _binCount = binCount;
        _accumulated = new int[counts.Length + 1];
        for (var i = 0; i < counts.Length; i++) _accumulated[i + 1] = _accumulated[i] + counts[i];
        _cuts = new int[binCount + 1];
    }

    /// <summary>The upper bounds of the bins of these values and so many zeros; the last is infinite.</summary>
    public static T[] UpperBounds<T>(List<T> values, long zeros, int maximumBinCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var counted = values.Select(v => KeyValuePair.Create(v, 1L)).Append(new(T.Zero, zeros)).Where(v => v.Value > 0)
            .GroupBy(v => v.Key, v => v.Value).OrderBy(group => group.Key).ToArray();
        var distinct = Array.ConvertAll(counted, group => group.Key);
        var counts = Array.ConvertAll(counted, group => checked((int)group.Sum()));
        IEnumerable<int> cuts = distinct.Length <= maximumBinCount ? Enumerable.Range(1, Math.Max(0, distinct.Length - 1))
            : new GreedyBinFinder(counts, maximumBinCount).FindCuts();
        return [.. cuts.Select(c => Between(distinct[c - 1], distinct[c])), T.PositiveInfinity];
    }

    private static T Between<T>(T a, T b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var largest = T.BitDecrement(T.PositiveInfinity);
        var (low, high, two) = (T.Max(a, -largest), T.Min(b, largest), T.CreateTruncating(2));
        var middle = low / two + high / two;
        return low < middle ? middle : b;
    }

    private IEnumerable<int> FindCuts()
    {
        PlaceCuts();
        MoveCuts();
        return _cuts[1.._binCount];
    }

    private void PlaceCuts()
    {
        var heap = new GainHeap();
        heap.Add(Segment(0, _accumulated.Length - 1));
        for (var i = 1; i < _binCount; i++)
        {
            var segment = heap.Pop();
            _cuts[i] = segment.Split;
            if (segment.Min < segment.Split - 1) heap.Add(Segment(segment.Min, segment.Split));
            if (segment.Split < segment.Max - 1) heap.Add(Segment(segment.Split, segment.Max));
        }
        _cuts[_binCount] = _accumulated.Length - 1;
        Array.Sort(_cuts);
    }

    private GainHeap.Node Segment(int min, int max)
    {
        var (split, gain) = BestSplit(min, max, 0);
        return new GainHeap.Node { Min = min, Max = max, Split = split, Gain = gain };
    }

    private void MoveCuts()
    {
        var heap = new GainHeap();
        var moves = new GainHeap.Node[_binCount];
        for (var i = 1; i < _binCount; i++) Consider(heap, moves[i] = new GainHeap.Node { Min = i });
        while (heap.Count > 0)
        {
            var move = heap.Pop();
            _cuts[move.Min] = move.Split;
            if (move.Min > 1) Consider(heap, moves[move.Min - 1]);
            if (move.Min < _binCount - 1) Consider(heap, moves[move.Min + 1]);
        }
    }

    /// <summary>Queues the better place of a cut between its neighbours, if there is one.</summary>
    private void Consider(GainHeap heap, GainHeap.Node move)
    {
        if (move.InHeap) heap.Remove(move);
        var (min, cut, max) = (_cuts[move.Min - 1], _cuts[move.Min], _cuts[move.Min + 1]);
        var (split, gain) = BestSplit(min, max, move.Min);
        if (split == cut) return;
        move.Split = split;
        move.Gain = gain - Gain(min, cut, max);
        heap.Add(move);
    }

    /// <param name="cut">The number of the cut, which breaks a tie towards its ideal place; 0: the first of equals stays.</param>
    private (int Split, long Gain) BestSplit(int min, int max, int cut)
    {
        var middle = (int)((uint)(_accumulated[min] + _accumulated[max]) / 2);
        var split = Array.BinarySearch(_accumulated, min, max - min, middle);
        if (split < 0) split = ~split;
        if (split == min || split == max)
        {
            split += split == min ? 1 : -1;
            return (split, Gain(min, split, max));
        }
        var best = Gain(min, split, max);
        foreach (var next in (ReadOnlySpan<int>)[split + 1, split - 1])
        {
            if (next <= min || next >= max || Gain(min, next, max) is var gain && gain < best) continue;
            return gain > best || IsBetterPlace(next, split, cut) ? (next, gain) : (split, best);
        }
        return (split, best);
    }

    private long Gain(int min, int split, int max) =>
        (long)(_accumulated[max] - _accumulated[split]) * (_accumulated[split] - _accumulated[min]);

    private bool IsBetterPlace(int split, int other, int cut)
    {
        var ideal = (float)_accumulated[^1] / _binCount * cut;
        return cut > 0 && Math.Abs(_accumulated[split] - ideal) < Math.Abs(_accumulated[other] - ideal);
    }
}
