using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="LocalResponseNorm"/>
internal sealed unsafe class LocalResponseNormLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly LocalResponseNorm _layer;
    private readonly int _channels, _plane;

    /// <summary>k + alpha/size · Σ x² of every value.</summary>
    private readonly Tensor<T> _bases;

    /// <summary>One column of channels for each worker.</summary>
    private readonly NativeBuffer<T> _columns;

    public LocalResponseNormLayer(LayerContext<T> context, LocalResponseNorm layer)
        : base(context)
    {
        _layer = layer;
        (_channels, _plane) = (context.Output.Channels, context.Output.SpatialSize);
        _bases = new(context.Output.Size * S.Lanes, context.MaxBlocks);
        _columns = new((long)context.Loop.Threads * _channels * S.Lanes);
    }

    public override BackwardReads BackwardReads => BackwardReads.Input;

    public override bool BackwardRunsInPlace => true;

    public override IEnumerable<Tensor<T>> Scratch => [_bases];

    public override void Forward(Pass<T> pass) => Run(pass, &Forward);

    public override void Backward(Pass<T> pass) => Run(pass, &Backward);

    public override void Dispose() => _columns.Dispose();

    private void Run(Pass<T> pass, delegate*<void*, int, int, int, void> body)
    {
        Operands operands = new()
        {
            Input = Inputs[0].Data,
            Output = Output.Data,
            Gradient = OutputGradient is null ? null : OutputGradient.Data,
            InputGradient = InputGradients[0] is { } gradient ? gradient.Data : null,
            Bases = _bases.Data,
            Columns = _columns.Pointer,
            Channels = _channels,
            Plane = _plane,
            // PyTorch pads size/2 channels before and (size − 1)/2 after.
            Before = _layer.Size / 2,
            After = (_layer.Size - 1) / 2,
            K = T.CreateTruncating(_layer.K),
            Share = T.CreateTruncating(_layer.Alpha / _layer.Size),
            Beta = T.CreateTruncating(_layer.Beta),
        };
        Context.Loop.Run((long)pass.Blocks * _plane, (long)_channels * (_layer.Size + 16), body, &operands);
    }

    private static void Forward(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV k = S.Broadcast(o.K), share = S.Broadcast(o.Share);
        for (int position = begin; position < end; position++)
        {
            for (int c = 0; c < o.Channels; c++)
            {
                TV squares = S.Zero;
                for (int i = Math.Max(0, c - o.Before), last = Math.Min(o.Channels - 1, c + o.After); i <= last; i++)
                {
                    TV value = S.Load(o.Input + o.At(position, i));
                    squares = S.MultiplyAdd(value, value, squares);
                }
                TV sum = S.MultiplyAdd(share, squares, k);
                long at = o.At(position, c);
                S.Store(o.Bases + at, sum);
                S.Store(o.Output + at, S.Multiply(S.Load(o.Input + at), o.Power(sum)));
            }
        }
    }

    /// <summary>With s the bases: dxᵢ = dyᵢ·sᵢ^−β − 2αβ/size·xᵢ·Σ dyⱼ·xⱼ·sⱼ^(−β−1), the sum over the channels j whose window
    /// holds i.</summary>
    private static void Backward(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        T* column = o.Columns + (long)worker * o.Channels * S.Lanes;
        TV slope = S.Broadcast(T.CreateTruncating(-2) * o.Share * o.Beta);
        for (int position = begin; position < end; position++)
        {
            for (int c = 0; c < o.Channels; c++)
            {
                long at = o.At(position, c);
                TV sum = S.Load(o.Bases + at), scaled = S.Multiply(S.Load(o.Gradient + at), o.Power(sum));
                S.Store(column + (long)c * S.Lanes, S.Divide(S.Multiply(scaled, S.Load(o.Input + at)), sum));
                S.Store(o.InputGradient + at, scaled);
            }
            for (int c = 0; c < o.Channels; c++)
            {
                TV sum = S.Zero;
                for (int i = Math.Max(0, c - o.After), last = Math.Min(o.Channels - 1, c + o.Before); i <= last; i++)
                    sum = S.Add(sum, S.Load(column + (long)i * S.Lanes));
                long at = o.At(position, c);
                TV own = S.Load(o.InputGradient + at);
                S.Store(o.InputGradient + at, S.MultiplyAdd(S.Multiply(slope, S.Load(o.Input + at)), sum, own));
            }
        }
    }

    private struct Operands
    {
        public T* Input, Output, Gradient, InputGradient, Bases, Columns;
        public int Channels, Plane, Before, After;
        public T K, Share, Beta;

        public readonly long At(int position, int channel)
        {
            (int block, int place) = int.DivRem(position, Plane);
            return (((long)block * Channels + channel) * Plane + place) * S.Lanes;
        }

        /// <summary>sum^−β.</summary>
        public readonly TV Power(TV sum) => S.Exp(S.Multiply(S.Broadcast(-Beta), S.Log(sum)));
    }
}
