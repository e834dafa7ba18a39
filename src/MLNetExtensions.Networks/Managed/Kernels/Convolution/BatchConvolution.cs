using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Convolution of batch-lane images <c>[blocks][C][H][W][V]</c> with weights <c>[out][in / groups][kh][kw]</c>, and its
/// gradients. Not thread-safe: it uses scratch memory, shared with others of its session, and the pool.
/// </summary>
internal abstract unsafe class BatchConvolution<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The share of the numbers of an output's gradient that may be other than zero. It only decides how gradients are
    /// computed. Set before the first of them.</summary>
    public double GradientDensity { get; set; } = 1;

    /// <summary>y = x * w + bias (null: none), clamped by <paramref name="rectifier"/>.</summary>
    public abstract void Forward(T* x, T* w, T* bias, T* y, int blocks, Rectifier rectifier);

    /// <summary>Overwrites <paramref name="dx"/> with the gradient of the input.</summary>
    public virtual void BackwardData(T* dy, T* w, T* dx, int blocks) => Transposed(dy, w, null, dx, blocks, Rectifier.None);

    /// <summary>The transposed convolution, from <paramref name="y"/>, of the shape of an output, to <paramref name="x"/>, of
    /// that of an input: its gradient, plus bias (null: none), clamped by <paramref name="rectifier"/>.</summary>
    public abstract void Transposed(T* y, T* w, T* bias, T* x, int blocks, Rectifier rectifier);

    /// <summary>
    /// Overwrites <paramref name="dw"/> and <paramref name="db"/> (null: not wanted) with the gradients summed over all lanes:
    /// <paramref name="dy"/> must be zero in lanes without an image.
    /// </summary>
    public abstract void BackwardWeights(T* x, T* dy, T* dw, T* db, int blocks);

    public abstract void Dispose();
}

/// <inheritdoc/>
internal sealed unsafe class BatchConvolution<T, TV, S>(
    ConvGeometry geometry, int maxBlocks, WorkerPool pool, Scratch<T> scratch, PackedWeights<T>? packed, Blocking blocking,
    bool constantWeights, ConvolutionMethod? method)
    : BatchConvolution<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private IConvolutionPass<T>? _forward;
    private IConvolutionPass<T>? _backward;
    private IWeightGradient<T>? _weightGradient;
    private SparseDataGradient<T, TV, S>? _sparseGradient;

    private bool IsSparse => method is ConvolutionMethod.Sparse
        || (method is null && ConvolutionMethods<T, TV, S>.IsSparse(geometry, GradientDensity));

    public override void Forward(T* x, T* w, T* bias, T* y, int blocks, Rectifier rectifier) =>
        (_forward ??= MakePass(forward: true)).Run(x, w, bias, y, blocks, rectifier);

    public override void Transposed(T* y, T* w, T* bias, T* x, int blocks, Rectifier rectifier) =>
        (_backward ??= MakePass(forward: false)).Run(y, w, bias, x, blocks, rectifier);

    public override void BackwardData(T* dy, T* w, T* dx, int blocks)
    {
        if (IsSparse)
            (_sparseGradient ??= new(geometry, maxBlocks, pool, scratch)).Run(dy, w, dx, blocks);
        else
            base.BackwardData(dy, w, dx, blocks);
    }

    public override void BackwardWeights(T* x, T* dy, T* dw, T* db, int blocks) =>
        (_weightGradient ??= MakeWeightGradient()).Run(x, dy, dw, db, blocks);

    public override void Dispose()
    {
        _forward?.Dispose();
        _backward?.Dispose();
        _weightGradient?.Dispose();
        scratch.Dispose();
    }

    private IConvolutionPass<T> MakePass(bool forward) =>
        (method ?? ConvolutionMethods<T, TV, S>.Pass(geometry, maxBlocks, constantWeights)) switch
        {
            ConvolutionMethod.Depthwise => new DepthwisePass<T, TV, S>(geometry, forward, pool, blocking),
            ConvolutionMethod.Winograd =>
                new WinogradPass<T, TV, S>(geometry, forward, pool, scratch, packed, blocking, constantWeights),
            _ => new ConvolutionPass<T, TV, S>(geometry, forward, maxBlocks, pool, blocking),
        };

    private IWeightGradient<T> MakeWeightGradient() =>
        (IsSparse ? ConvolutionMethod.Sparse : method ?? ConvolutionMethods<T, TV, S>.WeightGradient(geometry, maxBlocks)) switch
        {
            ConvolutionMethod.Sparse => new SparseWeightGradient<T, TV, S>(geometry, pool, scratch),
            ConvolutionMethod.Depthwise => new DepthwiseWeightGradient<T, TV, S>(geometry, pool),
            ConvolutionMethod.Winograd => new WinogradWeightGradient<T, TV, S>(geometry, maxBlocks, pool, scratch),
            ConvolutionMethod.Transposed =>
                new TransposedWeightGradient<T, TV, S>(geometry, maxBlocks, pool, scratch, blocking),
            _ => new ConvolutionWeightGradient<T, TV, S>(geometry, maxBlocks, pool),
        };
}
