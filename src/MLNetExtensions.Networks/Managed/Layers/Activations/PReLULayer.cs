using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="PReLU"/>
/// <remarks>Work is split by channel, so each sum is taken by one thread in one order.</remarks>
internal sealed unsafe class PReLULayer<T, TV, S>(LayerContext<T> context) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly ParameterSlot _weight = context.Parameter("weight")!;
    private readonly int _channels = context.Output.Channels, _plane = context.Output.SpatialSize;

    /// <summary>The gradient of each channel's slope.</summary>
    private readonly NativeBuffer<T> _slopeGradients = new(context.Output.Channels);

    public override bool IsTrained => _weight.Trainable;

    public override BackwardReads BackwardReads => BackwardReads.Input;

    public override bool BackwardRunsInPlace => true;

    public override void Forward(Pass<T> pass)
    {
        Operands operands = MakeOperands(pass);
        Context.Loop.Run(_channels, (long)pass.Blocks * _plane, &Forward, &operands);
    }

    public override void Backward(Pass<T> pass)
    {
        Operands operands = MakeOperands(pass);
        Context.Loop.Run(_channels, (long)pass.Blocks * _plane, &Backward, &operands);
        if (!_weight.Trainable)
            return;
        Span<T> gradients = _slopeGradients.Span, target = new(pass.Gradients + _weight.Offset, _weight.Length);
        if (_weight.Length > 1)
            gradients.CopyTo(target);
        else
            target[0] = System.Numerics.Tensors.TensorPrimitives.Sum<T>(gradients);
    }

    public override void Dispose() => _slopeGradients.Dispose();

    private Operands MakeOperands(Pass<T> pass) => new()
    {
        Input = Inputs[0].Data,
        Output = Output.Data,
        Gradient = OutputGradient is null ? null : OutputGradient.Data,
        InputGradient = InputGradients[0] is { } gradient ? gradient.Data : null,
        Slopes = pass.Parameters + _weight.Offset,
        SlopeGradients = _slopeGradients.Pointer,
        SlopeStep = _weight.Length > 1 ? 1 : 0,
        Blocks = pass.Blocks,
        Channels = _channels,
        Length = (long)_plane * S.Lanes,
    };

    private static void Forward(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int c = begin; c < end; c++)
        {
            TV slope = S.Broadcast(o.Slopes[c * o.SlopeStep]);
            for (int b = 0; b < o.Blocks; b++)
            {
                for (long i = o.Start(b, c), last = i + o.Length; i < last; i += S.Lanes)
                {
                    TV x = S.Load(o.Input + i);
                    S.Store(o.Output + i, S.Select(S.GreaterThan(x, S.Zero), x, S.Multiply(slope, x)));
                }
            }
        }
    }

    private static void Backward(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int c = begin; c < end; c++)
        {
            TV slope = S.Broadcast(o.Slopes[c * o.SlopeStep]), sum = S.Zero;
            for (int b = 0; b < o.Blocks; b++)
            {
                for (long i = o.Start(b, c), last = i + o.Length; i < last; i += S.Lanes)
                {
                    TV x = S.Load(o.Input + i), gradient = S.Load(o.Gradient + i), isPositive = S.GreaterThan(x, S.Zero);
                    sum = S.Add(sum, S.Select(isPositive, S.Zero, S.Multiply(x, gradient)));
                    if (o.InputGradient != null)
                        S.Store(o.InputGradient + i, S.Select(isPositive, gradient, S.Multiply(slope, gradient)));
                }
            }
            o.SlopeGradients[c] = S.Sum(sum);
        }
    }

    private struct Operands
    {
        public T* Input, Output, Gradient, InputGradient, Slopes, SlopeGradients;
        public int SlopeStep, Blocks, Channels;
        public long Length;

        public readonly long Start(int block, int channel) => ((long)block * Channels + channel) * Length;
    }
}
