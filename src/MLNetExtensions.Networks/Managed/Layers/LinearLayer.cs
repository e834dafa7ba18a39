using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Linear"/>
/// <remarks>The leading dimensions of the input are rows of their own: in memory they look like more blocks.</remarks>
internal sealed unsafe class LinearLayer<T> : WeightedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _rows;
    private readonly BatchLinear<T> _kernel;

    public LinearLayer(LayerContext<T> context)
        : base(context)
    {
        int inFeatures = context.Inputs[0].Dimensions[^1];
        _rows = checked((int)(context.Inputs[0].Size / inFeatures));
        _kernel = context.Kernels.Linear(inFeatures, context.Output.Dimensions[^1], context.MaxBlocks * _rows, context.Pool);
    }

    public override void Dispose()
    {
        base.Dispose();
        _kernel.Dispose();
    }

    protected override void Forward(T* input, T* weight, T* bias, T* output, int blocks) =>
        _kernel.Forward(input, weight, bias, output, blocks * _rows, Rectifier);

    protected override void BackwardWeights(T* input, T* gradient, T* weightGradient, T* biasGradient, int blocks) =>
        _kernel.BackwardWeights(input, gradient, weightGradient, biasGradient, blocks * _rows);

    protected override void BackwardData(T* gradient, T* weight, T* inputGradient, int blocks) =>
        _kernel.BackwardData(gradient, weight, inputGradient, blocks * _rows);
}
