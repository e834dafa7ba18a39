using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Linear"/>
/// <remarks>The leading dimensions of the input are rows of their own: in memory they look like more blocks. One example in the
/// channel-lane layout has the rows of its first dimension side by side, as a batch has its examples.</remarks>
internal sealed unsafe class LinearLayer<T> : WeightedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _rows;
    private readonly BatchLinear<T> _kernel;

    /// <summary>For rows of the network that are sparse; null where the layer takes another's output.</summary>
    private readonly SparseLinear<T>? _sparse;

    /// <param name="context">What it is made from.</param>
    /// <param name="rows">The rows of lanes in a block.</param>
    public LinearLayer(LayerContext<T> context, int rows)
        : base(context)
    {
        int inFeatures = context.Inputs[0].Dimensions[^1];
        _rows = rows;
        _kernel = context.Kernels.Linear(inFeatures, context.Output.Dimensions[^1], context.MaxBlocks * _rows, context.Pool);
        _sparse = context.TakesSparseRows
            ? context.Kernels.SparseLinear(inFeatures, context.Output.Dimensions[^1], context.Pool)
            : null;
    }

    public override void Dispose()
    {
        base.Dispose();
        _kernel.Dispose();
    }

    protected override void Forward(Pass<T> pass, T* input, T* weight, T* bias, T* output)
    {
        if (_sparse is not null && pass.Rows is { } rows)
            _sparse.Forward(rows, weight, bias, output, pass.Blocks, Rectifier);
        else
            _kernel.Forward(input, weight, bias, output, pass.Blocks * _rows, Rectifier);
    }

    protected override void BackwardWeights(Pass<T> pass, T* input, T* gradient, T* weightGradient, T* biasGradient)
    {
        if (_sparse is not null && pass.Rows is { } rows)
            _sparse.BackwardWeights(rows, gradient, weightGradient, biasGradient, pass.Blocks);
        else
            _kernel.BackwardWeights(input, gradient, weightGradient, biasGradient, pass.Blocks * _rows);
    }

    protected override void BackwardData(Pass<T> pass, T* gradient, T* weight, T* inputGradient) =>
        _kernel.BackwardData(gradient, weight, inputGradient, pass.Blocks * _rows);
}
