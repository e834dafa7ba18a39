using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="MeanSquaredDifference"/>
/// <remarks>Each lane, an example, has a mean of its own, so no sum crosses lanes.</remarks>
internal sealed unsafe class MeanSquaredDifferenceLayer<T, TV, S>(LayerContext<T> context) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _size = checked((int)context.Inputs[0].Size);

    public override BackwardReads BackwardReads => BackwardReads.Input;

    public override void Forward(Pass<T> pass) => Run(pass, new() { Mean = Output.Data }, &Average);

    public override void Backward(Pass<T> pass) => Run(
        pass,
        new() { MeanGradient = OutputGradient!.Data, FirstGradient = Gradient(0), SecondGradient = Gradient(1) },
        &Derive);

    private T* Gradient(int input) => InputGradients[input] is { } gradient ? gradient.Data : null;

    private void Run(Pass<T> pass, Operands operands, delegate*<void*, int, int, int, void> body)
    {
        operands.First = Inputs[0].Data;
        operands.Second = Inputs[1].Data;
        (operands.Size, operands.Share) = (_size, T.CreateTruncating(1.0 / _size));
        Context.Loop.Run(pass.Blocks, _size, body, &operands);
    }

    private static void Average(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV share = S.Broadcast(o.Share);
        for (int block = begin; block < end; block++)
        {
            TV sum = S.Zero;
            for (long i = o.Start(block); i < o.Start(block + 1); i += S.Lanes)
            {
                TV difference = S.Subtract(S.Load(o.First + i), S.Load(o.Second + i));
                sum = S.MultiplyAdd(difference, difference, sum);
            }
            S.Store(o.Mean + (long)block * S.Lanes, S.Multiply(share, sum));
        }
    }

    /// <summary>The derivative is twice the difference times its share in the mean, by the second input the negative of
    /// that.</summary>
    private static void Derive(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV scale = S.Broadcast(o.Share + o.Share);
        for (int block = begin; block < end; block++)
        {
            TV slope = S.Multiply(scale, S.Load(o.MeanGradient + (long)block * S.Lanes));
            for (long i = o.Start(block); i < o.Start(block + 1); i += S.Lanes)
            {
                TV gradient = S.Multiply(slope, S.Subtract(S.Load(o.First + i), S.Load(o.Second + i)));
                if (o.FirstGradient != null)
                    S.Store(o.FirstGradient + i, gradient);
                if (o.SecondGradient != null)
                    S.Store(o.SecondGradient + i, S.Negate(gradient));
            }
        }
    }

    private struct Operands
    {
        public T* First, Second, Mean, MeanGradient, FirstGradient, SecondGradient;
        public int Size;
        public T Share;

        /// <summary>The first element of a block of an input.</summary>
        public readonly long Start(int block) => (long)block * Size * S.Lanes;
    }
}
