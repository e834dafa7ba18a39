using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Normalize"/>
internal sealed unsafe class NormalizeLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _channels, _plane;

    /// <summary>Mean and 1/deviation of each channel.</summary>
    private readonly NativeBuffer<T> _mean, _scale;

    public NormalizeLayer(LayerContext<T> context, Normalize layer)
        : base(context)
    {
        (_channels, _plane) = (context.Output.Channels, context.Output.SpatialSize);
        (_mean, _scale) = (new(_channels), new(_channels));
        for (int c = 0; c < _channels; c++)
        {
            int i = layer.Mean.Length == 1 ? 0 : c;
            _mean.Pointer[c] = T.CreateTruncating(layer.Mean[i]);
            _scale.Pointer[c] = T.CreateTruncating(1.0 / layer.StandardDeviation[i]);
        }
    }

    public override bool RunsInPlace => true;

    public override bool BackwardRunsInPlace => true;

    public override void Forward(Pass<T> pass) => Transform(pass, Inputs[0].Data, _mean.Pointer, Output.Data);

    public override void Backward(Pass<T> pass) => Transform(pass, OutputGradient!.Data, null, InputGradients[0]!.Data);

    public override void Dispose()
    {
        _mean.Dispose();
        _scale.Dispose();
    }

    private void Transform(Pass<T> pass, T* source, T* mean, T* target)
    {
        Operands operands = new()
        {
            Source = source, Target = target, Mean = mean, Scale = _scale.Pointer, Channels = _channels,
            Length = (long)_plane * S.Lanes,
        };
        Context.Loop.Run((long)pass.Blocks * _channels, _plane, &Transform, &operands);
    }

    private static void Transform(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
        {
            int c = item % o.Channels;
            TV mean = S.Broadcast(o.Mean == null ? T.Zero : o.Mean[c]), scale = S.Broadcast(o.Scale[c]);
            for (long i = item * o.Length, last = i + o.Length; i < last; i += S.Lanes)
                S.Store(o.Target + i, S.Multiply(S.Subtract(S.Load(o.Source + i), mean), scale));
        }
    }

    private struct Operands
    {
        public T* Source, Target, Mean, Scale;
        public int Channels;
        public long Length;
    }
}
