using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="MatMul"/> of one example whose matrices lie row by row.</summary>
internal sealed unsafe class PlanarMatMulLayer<T> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Matrices of an example, and their sizes.</summary>
    private readonly int _count, _rows, _depth, _columns;
    private readonly Gemm<T> _product;

    public PlanarMatMulLayer(LayerContext<T> context)
        : base(context)
    {
        (_rows, _depth, _columns) = (context.Inputs[0][^2], context.Inputs[0][^1], context.Output[^1]);
        _count = checked((int)(context.Output.Size / ((long)_rows * _columns)));
        _product = context.Kernels.Gemm(context.Pool);
    }

    public override void Forward(Pass<T> pass)
    {
        T* a = Inputs[0].Data, b = Inputs[1].Data, c = Output.Data;
        for (int i = 0; i < _count; i++, a += (nint)_rows * _depth, b += (nint)_depth * _columns, c += (nint)_rows * _columns)
            _product.Multiply(false, false, _rows, _columns, _depth, T.One, a, _depth, b, _columns, T.Zero, c, _columns);
    }

    public override void Dispose() => _product.Dispose();
}
