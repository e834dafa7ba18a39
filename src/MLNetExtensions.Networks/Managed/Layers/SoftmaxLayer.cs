using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary><see cref="Softmax"/>, or its logarithm.</summary>
/// <param name="context">Where the layer stands.</param>
/// <param name="isLog">Whether it is <see cref="LogSoftmax"/>.</param>
internal sealed unsafe class SoftmaxLayer<T, TV, S>(LayerContext<T> context, bool isLog = false) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _channels = context.Output.Channels, _plane = context.Output.SpatialSize;

    public override BackwardReads BackwardReads => BackwardReads.Output;

    public override bool RunsInPlace => true;

    public override bool BackwardRunsInPlace => true;

    public override void Forward(Pass<T> pass) => Run(pass, isLog ? &ForwardLog : &Forward);

    public override void Backward(Pass<T> pass) => Run(pass, isLog ? &BackwardLog : &Backward);

    private void Run(Pass<T> pass, delegate*<void*, int, int, int, void> body)
    {
        Operands operands = new()
        {
            Input = Inputs[0].Data,
            Output = Output.Data,
            Gradient = OutputGradient is null ? null : OutputGradient.Data,
            InputGradient = InputGradients[0] is { } gradient ? gradient.Data : null,
            Channels = _channels,
            Plane = _plane,
        };
        Context.Loop.Run((long)pass.Blocks * _plane, 4L * _channels, body, &operands);
    }

    private static void Forward(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int position = begin; position < end; position++)
        {
            TV largest = Largest(o, position), sum = S.Zero;
            for (int c = 0; c < o.Channels; c++)
            {
                TV exponential = S.Exp(S.Subtract(S.Load(o.Input + o.At(position, c)), largest));
                S.Store(o.Output + o.At(position, c), exponential);
                sum = S.Add(sum, exponential);
            }
            TV factor = S.Divide(S.Broadcast(T.One), sum);
            for (int c = 0; c < o.Channels; c++)
                S.Store(o.Output + o.At(position, c), S.Multiply(factor, S.Load(o.Output + o.At(position, c))));
        }
    }

    private static void ForwardLog(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int position = begin; position < end; position++)
        {
            TV largest = Largest(o, position), sum = S.Zero;
            for (int c = 0; c < o.Channels; c++)
                sum = S.Add(sum, S.Exp(S.Subtract(S.Load(o.Input + o.At(position, c)), largest)));
            TV shift = S.Log(sum);
            for (int c = 0; c < o.Channels; c++)
            {
                TV value = S.Subtract(S.Load(o.Input + o.At(position, c)), largest);
                S.Store(o.Output + o.At(position, c), S.Subtract(value, shift));
            }
        }
    }

    private static TV Largest(in Operands o, int position)
    {
        TV largest = S.Load(o.Input + o.At(position, 0));
        for (int c = 1; c < o.Channels; c++)
            largest = S.Max(largest, S.Load(o.Input + o.At(position, c)));
        return largest;
    }

    /// <summary>dx = y·(dy − Σ y·dy).</summary>
    private static void Backward(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int position = begin; position < end; position++)
        {
            TV sum = S.Zero;
            for (int c = 0; c < o.Channels; c++)
                sum = S.MultiplyAdd(S.Load(o.Output + o.At(position, c)), S.Load(o.Gradient + o.At(position, c)), sum);
            for (int c = 0; c < o.Channels; c++)
            {
                TV gradient = S.Subtract(S.Load(o.Gradient + o.At(position, c)), sum);
                S.Store(o.InputGradient + o.At(position, c), S.Multiply(S.Load(o.Output + o.At(position, c)), gradient));
            }
        }
    }

    /// <summary>dx = dy − eʸ·Σ dy.</summary>
    private static void BackwardLog(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int position = begin; position < end; position++)
        {
            TV sum = S.Zero;
            for (int c = 0; c < o.Channels; c++)
                sum = S.Add(sum, S.Load(o.Gradient + o.At(position, c)));
            for (int c = 0; c < o.Channels; c++)
            {
                TV share = S.Multiply(sum, S.Exp(S.Load(o.Output + o.At(position, c))));
                S.Store(o.InputGradient + o.At(position, c), S.Subtract(S.Load(o.Gradient + o.At(position, c)), share));
            }
        }
    }

    private struct Operands
    {
        public T* Input, Output, Gradient, InputGradient;
        public int Channels, Plane;

        public readonly long At(int position, int channel)
        {
            (int block, int place) = int.DivRem(position, Plane);
            return (((long)block * Channels + channel) * Plane + place) * S.Lanes;
        }
    }
}
