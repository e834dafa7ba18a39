using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="MatMul"/>
internal sealed unsafe class MatMulLayer<T> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Matrices of an example.</summary>
    private readonly int _count;
    private readonly LaneMatMul<T> _product, _firstGradient, _secondGradient;

    public MatMulLayer(LayerContext<T> context)
        : base(context)
    {
        (int m, int k, int n) = (context.Inputs[0][^2], context.Inputs[0][^1], context.Output[^1]);
        _count = checked((int)(context.Output.Size / ((long)m * n)));
        _product = context.Kernels.LaneMatMul(LaneMatMulShape.Product(m, k, n), context.Pool);
        _firstGradient = context.Kernels.LaneMatMul(LaneMatMulShape.FirstGradient(m, k, n), context.Pool);
        _secondGradient = context.Kernels.LaneMatMul(LaneMatMulShape.SecondGradient(m, k, n), context.Pool);
    }

    public override BackwardReads BackwardReads => BackwardReads.Input;

    public override void Forward(Pass<T> pass) =>
        _product.Run(Inputs[0].Data, Inputs[1].Data, Output.Data, pass.Blocks * _count);

    public override void Backward(Pass<T> pass)
    {
        T* gradient = OutputGradient!.Data;
        if (InputGradients[0] is { } first)
            _firstGradient.Run(gradient, Inputs[1].Data, first.Data, pass.Blocks * _count);
        if (InputGradients[1] is { } second)
            _secondGradient.Run(Inputs[0].Data, gradient, second.Data, pass.Blocks * _count);
    }

    public override void Dispose()
    {
        _product.Dispose();
        _firstGradient.Dispose();
        _secondGradient.Dispose();
    }
}
