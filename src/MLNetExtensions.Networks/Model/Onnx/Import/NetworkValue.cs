namespace MLNetExtensions.Networks.Onnx;

/// <summary>
/// A value that the network computes, under a view: what ONNX does to dimensions changes only how they are seen, until a layer
/// needs them. A network has no batch dimension, in ONNX it is one among others: anywhere (recurrent operators have it second),
/// and perhaps merged with neighbours, [length·batch×features] or [batch·heads×length×size]. Without the batch, the dimensions of
/// the view are those of one example in the order of the network's node.
/// </summary>
/// <param name="Node">The network's node.</param>
/// <param name="Dims">The dimensions of the view, one of them a multiple of the batch.</param>
internal sealed record NetworkValue(string Node, long[] Dims) : OnnxValue(Dims)
{
    /// <summary>What was merged into the dimension of the batch from before it; what was merged into it from behind is the rest
    /// of the multiple.</summary>
    public long Outer { get; init; } = 1;

    /// <summary>Whether nothing but the reader sees the node's output, so that the node may be changed.</summary>
    public bool IsExclusive { get; init; } = true;

    /// <summary>Whether nothing but the node, which rearranges, sees the output of the node before it.</summary>
    public bool IsSourceExclusive { get; init; }

    /// <summary>Whether the values are whole numbers, as ids and lengths are.</summary>
    public bool IsInteger { get; init; }

    /// <summary>The node that made them whole, which a network does not do: only what must be whole in any case may take
    /// them.</summary>
    public string? RoundedBy { get; init; }

    /// <summary>Whether the node is an input of the network, not a layer.</summary>
    public bool IsInput { get; init; }

    /// <summary>What the node that reshaped last is called.</summary>
    public string? ViewName { get; init; }

    /// <summary>The value before that.</summary>
    public NetworkValue? ViewOf { get; init; }

    /// <summary>Zeros around the node's output that <see cref="OnnxValue.Dims"/> counts, before and after each
    /// dimension.</summary>
    public (long Before, long After)[]? Padding { get; init; }

    /// <summary>The place of the batch among the dimensions.</summary>
    public int BatchAxis => Array.FindIndex(Dims, BatchDimension.IsBatch);

    /// <summary>Whether the batch is the first dimension and nothing is merged into it.</summary>
    public bool IsPlain => Dims[0] == BatchDimension.Unit;

    /// <summary>The dimensions of one example.</summary>
    public long[] Example => ExampleOf(Dims) is { Length: > 0 } dims ? dims : [1];

    /// <summary>What was merged into the dimension of the batch from behind it.</summary>
    private long Inner => Dims[BatchAxis] / BatchDimension.Unit / Outer;

    private int MergedAxes => (Outer > 1 ? 1 : 0) + (Inner > 1 ? 1 : 0);

    /// <summary>The place of a dimension, not the batch's, among those of one example.</summary>
    public int ExampleAxis(int axis) => axis < BatchAxis ? axis : axis - 1 + MergedAxes;

    /// <summary>The places of a dimension among those of one example; for the batch, of what was merged into it.</summary>
    public IEnumerable<int> ExampleAxes(int axis) =>
        axis == BatchAxis ? Enumerable.Range(axis, MergedAxes) : [ExampleAxis(axis)];

    /// <summary>Of dimensions like those of the view, the ones of an example.</summary>
    public long[] ExampleOf(long[] dims)
    {
        int batch = BatchAxis;
        bool isMultiple = dims[batch] != 1;
        return
        [
            .. dims[..batch], .. Merged(Outer), .. Merged(Inner), .. dims[(batch + 1)..],
        ];

        // A value that is repeated over the batch is so over all that was merged into it.
        IEnumerable<long> Merged(long size) => size > 1 ? [isMultiple ? size : 1] : [];
    }

    /// <summary>The node's output under the dimensions of another value, or the given ones with the batch at the same
    /// place.</summary>
    public NetworkValue As(NetworkValue view, long[]? dims = null) => this with { Dims = dims ?? view.Dims, Outer = view.Outer };

    /// <summary>The node's output with the batch before the given dimensions of an example.</summary>
    public NetworkValue AsExample(params long[] example) => this with { Dims = [BatchDimension.Unit, .. example], Outer = 1 };

    /// <summary>The node's output under other dimensions; null where they don't go through the examples one after the
    /// other.</summary>
    public NetworkValue? Seen(long[] dims)
    {
        int batch = Array.FindIndex(dims, BatchDimension.IsBatch);
        if (batch < 0)
            return null;
        long before = Size(Dims[..BatchAxis]) * Outer, now = Size(dims[..batch]), outer = before / Math.Max(now, 1);
        return now > 0 && before % now == 0 && dims[batch] / BatchDimension.Unit % outer == 0
            ? this with { Dims = dims, Outer = outer }
            : null;
    }

    /// <summary>Whether another value lies under the same view.</summary>
    public bool HasViewOf(NetworkValue other) => Outer == other.Outer && Dims.SequenceEqual(other.Dims);

    private static long Size(long[] dims) => dims.Aggregate(1L, (size, dim) => checked(size * dim));
}
