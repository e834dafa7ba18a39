using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="MovingAverage"/>
internal sealed unsafe class MovingAverageLayer<T, TV, S>(LayerContext<T> context, MovingAverage layer) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _channels = context.Output.Channels, _length = context.Output[1];

    public override void Forward(Pass<T> pass) => Run(pass, Inputs[0].Data, Output.Data, &Average);

    public override void Backward(Pass<T> pass) => Run(pass, OutputGradient!.Data, InputGradients[0]!.Data, &Spread);

    private void Run(Pass<T> pass, T* source, T* target, delegate*<void*, int, int, int, void> body)
    {
        Operands operands = new() { Source = source, Target = target, Length = _length, Half = layer.KernelSize / 2 };
        Context.Loop.Run((long)pass.Blocks * _channels, (long)_length * layer.KernelSize, body, &operands);
    }

    private static void Average(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV share = o.Share;
        for (int row = begin; row < end; row++)
        {
            T* source = o.Source + o.Start(row), target = o.Target + o.Start(row);
            for (int t = 0; t < o.Length; t++, target += S.Lanes)
            {
                TV sum = S.Zero;
                for (int i = t - o.Half; i <= t + o.Half; i++)
                    sum = S.Add(sum, S.Load(source + o.Within(i)));
                S.Store(target, S.Multiply(share, sum));
            }
        }
    }

    private static void Spread(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV share = o.Share;
        for (int row = begin; row < end; row++)
        {
            T* source = o.Source + o.Start(row), target = o.Target + o.Start(row);
            for (int t = 0; t < o.Length; t++)
                S.Store(target + t * S.Lanes, S.Zero);
            for (int t = 0; t < o.Length; t++, source += S.Lanes)
            {
                TV gradient = S.Multiply(share, S.Load(source));
                for (int i = t - o.Half; i <= t + o.Half; i++)
                    S.Store(target + o.Within(i), S.Add(S.Load(target + o.Within(i)), gradient));
            }
        }
    }

    private struct Operands
    {
        public T* Source, Target;
        public int Length, Half;

        public readonly TV Share => S.Broadcast(T.CreateTruncating(1.0 / (2 * Half + 1)));

        public readonly nint Start(int row) => (nint)row * Length * S.Lanes;

        /// <summary>The value at a place, beyond the ends the first or the last.</summary>
        public readonly nint Within(int place) => (nint)Math.Clamp(place, 0, Length - 1) * S.Lanes;
    }
}
