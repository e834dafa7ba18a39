using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>The update rule of <see cref="Sgd"/>.</summary>
internal sealed unsafe class SgdUpdate<T, TV, S>(Sgd sgd, long length, VectorLoop loop) : OptimizerUpdate<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly NativeBuffer<T>? _momentum = sgd.Momentum != 0 ? new(length) : null;

    public override IReadOnlyList<KeyValuePair<string, NativeBuffer<T>>> State =>
        _momentum is null ? [] : [new("momentum_buffer", _momentum)];

    /// <summary>Without momentum and decay.</summary>
    protected override bool NeedsGradientsOnly(in UpdateRange range) => _momentum is null && !range.Decays;

    protected override void ApplyToRows(T* parameters, T* gradients, GradientRows table, double learningRate)
    {
        T rate = T.CreateTruncating(-learningRate);
        foreach (int row in table.Rows)
        {
            long start = (long)row * table.Width;
            for (long i = start; i < start + table.Width; i++)
                parameters[i] = T.FusedMultiplyAdd(rate, gradients[i], parameters[i]);
        }
    }

    protected override void Apply(T* parameters, T* gradients, in UpdateRange range, long step, double learningRate)
    {
        Arguments arguments = new()
        {
            Parameters = parameters + range.Start,
            Gradients = gradients + range.Start,
            Velocities = _momentum is null ? null : _momentum.Pointer + range.Start,
            NegativeRate = T.CreateTruncating(-learningRate),
            Decay = T.CreateTruncating(range.Decays ? sgd.WeightDecay : 0),
            // The velocity starts as the first gradient, undampened.
            Momentum = T.CreateTruncating(step == 1 ? 0 : sgd.Momentum),
            Share = T.CreateTruncating(step == 1 ? 1 : 1 - sgd.Dampening),
            LookAhead = T.CreateTruncating(sgd.Momentum),
            Nesterov = sgd.Nesterov,
        };
        loop.Run(range.Length / S.Lanes, 1, &Update, &arguments);
    }

    private static void Update(void* state, int begin, int end, int worker)
    {
        Arguments a = *(Arguments*)state;
        TV rate = S.Broadcast(a.NegativeRate), decay = S.Broadcast(a.Decay), momentum = S.Broadcast(a.Momentum);
        TV share = S.Broadcast(a.Share);
        TV lookAhead = S.Broadcast(a.LookAhead);
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
        {
            TV parameter = S.Load(a.Parameters + i);
            TV direction = S.MultiplyAdd(decay, parameter, S.Load(a.Gradients + i));
            if (a.Velocities != null)
            {
                TV velocity = S.MultiplyAdd(share, direction, S.Multiply(momentum, S.Load(a.Velocities + i)));
                S.Store(a.Velocities + i, velocity);
                direction = a.Nesterov ? S.MultiplyAdd(lookAhead, velocity, direction) : velocity;
            }
            S.Store(a.Parameters + i, S.MultiplyAdd(rate, direction, parameter));
        }
    }

    private struct Arguments
    {
        public T* Parameters, Gradients, Velocities;
        public T NegativeRate, Decay, Momentum, Share, LookAhead;
        public bool Nesterov;
    }
}
