using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Subtract"/>
internal sealed unsafe class SubtractLayer<T, TV, S>(LayerContext<T> context) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public override bool RunsInPlace => true;

    public override void Forward(Pass<T> pass) => Run(pass, Inputs[0].Data, Inputs[1].Data, Output.Data, &Difference);

    public override void Backward(Pass<T> pass)
    {
        T* gradient = OutputGradient!.Data;
        long bytes = Output.BlockLength * pass.Blocks * sizeof(T);
        if (InputGradients[0] is { } first)
            Buffer.MemoryCopy(gradient, first.Data, bytes, bytes);
        if (InputGradients[1] is { } second)
            Run(pass, gradient, null, second.Data, &Negative);
    }

    private void Run(Pass<T> pass, T* first, T* second, T* target, delegate*<void*, int, int, int, void> body)
    {
        Operands operands = new() { First = first, Second = second, Target = target };
        Context.Loop.Run(Output.BlockLength / S.Lanes * pass.Blocks, 1, body, &operands);
    }

    private static void Difference(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
            S.Store(o.Target + i, S.Subtract(S.Load(o.First + i), S.Load(o.Second + i)));
    }

    private static void Negative(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
            S.Store(o.Target + i, S.Negate(S.Load(o.First + i)));
    }

    private struct Operands
    {
        public T* First, Second, Target;
    }
}
