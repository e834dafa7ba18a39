namespace MLNetExtensions.Networks.Onnx;

/// <summary>What a name in an ONNX graph stands for while the graph is imported.</summary>
/// <param name="Dims">The dimensions, as ONNX sees them.</param>
internal abstract record OnnxValue(long[] Dims)
{
    public int Rank => Dims.Length;
}

/// <summary>An input of the model beside the first, which a network does not have.</summary>
internal sealed record SecondInput(string Name) : OnnxValue([]);

/// <summary>A value that the network computes, under a view: reshaping changes only how the dimensions are seen, until a layer
/// needs them.</summary>
/// <param name="Node">The network's node.</param>
/// <param name="Dims">The dimensions of the view, one of them the batch.</param>
internal sealed record NetworkValue(string Node, long[] Dims) : OnnxValue(Dims)
{
    /// <summary>Whether nothing but the reader sees the node's output, so that the node may be changed.</summary>
    public bool IsExclusive { get; init; } = true;

    /// <summary>What the node that reshaped last is called.</summary>
    public string? ViewName { get; init; }

    /// <summary>The value before that.</summary>
    public NetworkValue? ViewOf { get; init; }

    /// <summary>Zeros around the node's output that <see cref="OnnxValue.Dims"/> counts, before and after each
    /// dimension.</summary>
    public (long Before, long After)[]? Padding { get; init; }

    /// <summary>The place of the batch among the dimensions; those before it are 1.</summary>
    public int BatchAxis => Array.FindIndex(Dims, BatchDimension.IsBatch);

    /// <summary>The dimensions of one example. What a view has put into the batch comes first.</summary>
    public long[] Example
    {
        get
        {
            long fold = Dims[BatchAxis] / BatchDimension.Unit;
            long[] rest = Dims[(BatchAxis + 1)..];
            return fold > 1 ? [fold, .. rest] : rest.Length > 0 ? rest : [1];
        }
    }

    /// <summary>The place of a dimension behind the batch among those of one example.</summary>
    public int ExampleAxis(int axis) => axis - BatchAxis - (Dims[BatchAxis] > BatchDimension.Unit ? 0 : 1);
}
