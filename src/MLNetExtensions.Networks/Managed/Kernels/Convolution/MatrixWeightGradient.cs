using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradient of the weights and biases of a convolution of many channels, batch-lane, as matrix products
/// <c>[out × terms] · [terms × in]</c>, whose terms are the lanes of pixels or of tiles.
/// </summary>
/// <remarks>
/// What comes from the images is transposed in squares of V × V, so that V neighbouring input channels are one vector and no
/// lanes have to be added up, which is what <see cref="ConvolutionWeightGradient{T,TV,S}"/> spends most of its time on when
/// images are small. All threads transpose a chunk together, into panels as wide as a tile, then share the products: a sum is
/// always taken by one thread, chunk after chunk.
/// </remarks>
internal abstract unsafe class MatrixWeightGradient<T, TV, S> : IWeightGradient<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly WorkerPool _pool;
    private readonly nint _gradientPitch;
    private readonly nint _sumStep;
    private readonly Scratch<T> _scratch;
    private readonly nint _sumsLength;
    private readonly NativeBuffer<TileRow> _rows;
    private readonly ItemWork _finishing;

    private T* _sums;
    private T* _weights;
    private T* _biases;

    /// <param name="geometry">The shape.</param>
    /// <param name="matrices">Products, each of all outputs with all inputs.</param>
    /// <param name="gradientPitch">Elements from the terms of one output channel to those of the next.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="scratch">Memory for sums and chunks.</param>
    protected MatrixWeightGradient(
        in ConvGeometry geometry, int matrices, nint gradientPitch, WorkerPool pool, Scratch<T> scratch)
    {
        Geometry = geometry;
        _pool = pool;
        _scratch = scratch;
        _gradientPitch = gradientPitch;
        InVectors = (geometry.InChannels + S.Lanes - 1) / S.Lanes;
        Panels = Split.ByMost(InVectors, S.TileColumns);
        PanelPitch = (nint)((InVectors + Panels.Parts - 1) / Panels.Parts) * S.Lanes;
        OutTiles = Split.ByMost(geometry.OutChannels, TileRow.Most);

        // One vector more than needed keeps the matrices from starting at the same place of a cache's sets.
        _sumStep = ((nint)geometry.OutChannels * InVectors + 1) * S.Lanes;
        _sumsLength = matrices * _sumStep;
        _rows = TileRow.Series(gradientPitch, (nint)InVectors * S.Lanes);
        _finishing = new ItemWork(Finish);
    }

    protected ConvGeometry Geometry { get; }

    /// <summary>Vectors of input channels, the last of them filled up with zeros.</summary>
    protected int InVectors { get; }

    /// <summary>The vectors of each panel.</summary>
    protected Split Panels { get; }

    /// <summary>Elements from one term of a panel to the next.</summary>
    protected nint PanelPitch { get; }

    /// <summary>The output channels of each tile.</summary>
    protected Split OutTiles { get; }

    /// <summary>Elements that the largest chunk takes.</summary>
    protected abstract nint ChunkLength { get; }

    protected T* Images { get; private set; }

    protected T* Gradient { get; private set; }

    protected int Blocks { get; private set; }

    public void Run(T* x, T* dy, T* dw, T* dbOrNull, int blockCount)
    {
        Images = x;
        Gradient = dy;
        Blocks = blockCount;
        _weights = dw;
        _biases = dbOrNull;
        _sums = _scratch.Take(_sumsLength + ChunkLength);
        AddChunks(_pool, _sums + _sumsLength);
        _pool.Run(_finishing, Geometry.OutChannels);
    }

    public virtual void Dispose() => _rows.Dispose();

    /// <summary>Transposes chunk after chunk to <paramref name="room"/> and adds its products to the sums.</summary>
    protected abstract void AddChunks(WorkerPool pool, T* room);

    /// <summary>Writes the weights of an output channel.</summary>
    /// <param name="sum">Its sums of the first matrix, one an input channel.</param>
    /// <param name="step">Elements from one matrix to the next.</param>
    /// <param name="kernels">Where its kernels go.</param>
    protected abstract void Write(T* sum, nint step, T* kernels);

    /// <summary>Multiplies some tiles of output channels with a panel.</summary>
    /// <param name="call">The terms: those of the first output channel in A, of the panel in B.</param>
    /// <param name="matrix">The number of the product.</param>
    /// <param name="panel">The number of the panel.</param>
    /// <param name="tiles">The tiles.</param>
    /// <param name="adds">Whether there are sums to add to.</param>
    protected void Multiply(TileCall<T> call, int matrix, int panel, Range tiles, bool adds)
    {
        (int vector, int vectors) = (Panels[panel], Panels[panel + 1] - Panels[panel]);
        T* gradients = call.A;
        call.Rows = _rows.Pointer;
        call.BColumn = S.Lanes;
        call.CColumn = S.Lanes;
        call.LastLanes = S.Lanes;
        call.Limit = T.One;
        for (int tile = tiles.Start.Value; tile < tiles.End.Value; tile++)
        {
            (int o, int count) = (OutTiles[tile], OutTiles[tile + 1] - OutTiles[tile]);
            call.A = gradients + o * _gradientPitch;
            call.C = _sums + matrix * _sumStep + ((nint)o * InVectors + vector) * S.Lanes;
            delegate*<TileCall<T>*, void> kernel = adds
                ? TileTable<T, TV, S, AddingRowMajorTile<T, TV, S>>.Get(count, vectors)
                : TileTable<T, TV, S, RowMajorTile<T, TV, S>>.Get(count, vectors);
            kernel(&call);
        }
    }

    private void Finish(int output)
    {
        ConvGeometry g = Geometry;
        Write(
            _sums + (nint)output * InVectors * S.Lanes, _sumStep, _weights + (nint)output * g.InChannels * g.KernelArea);
        if (_biases != null)
            _biases[output] = LaneSum<T, TV, S>.SumPlanes(Gradient, Blocks, g.OutChannels, output, g.OutHeight * g.OutWidth);
    }
}
