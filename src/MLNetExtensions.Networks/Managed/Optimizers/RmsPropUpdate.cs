using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>The update rule of <see cref="RmsProp"/>.</summary>
internal sealed unsafe class RmsPropUpdate<T, TV, S>(RmsProp rmsProp, long length, VectorLoop loop) : OptimizerUpdate<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly NativeBuffer<T> _square = new(length);
    private readonly NativeBuffer<T>? _mean = rmsProp.Centered ? new(length) : null;
    private readonly NativeBuffer<T>? _momentum = rmsProp.Momentum != 0 ? new(length) : null;

    public override IReadOnlyList<KeyValuePair<string, NativeBuffer<T>>> State =>
    [
        new("square_avg", _square),
        .. _mean is null ? [] : new[] { KeyValuePair.Create("grad_avg", _mean) },
        .. _momentum is null ? [] : new[] { KeyValuePair.Create("momentum_buffer", _momentum) },
    ];

    protected override void Apply(T* parameters, T* gradients, in UpdateRange range, long step, double learningRate)
    {
        Arguments arguments = new()
        {
            Parameters = parameters + range.Start,
            Gradients = gradients + range.Start,
            Squares = _square.Pointer + range.Start,
            Means = _mean is null ? null : _mean.Pointer + range.Start,
            Velocities = _momentum is null ? null : _momentum.Pointer + range.Start,
            NegativeRate = T.CreateTruncating(-learningRate),
            Decay = T.CreateTruncating(range.Decays ? rmsProp.WeightDecay : 0),
            Alpha = T.CreateTruncating(rmsProp.Alpha),
            Share = T.CreateTruncating(1 - rmsProp.Alpha),
            Epsilon = T.CreateTruncating(rmsProp.Epsilon),
            Momentum = T.CreateTruncating(rmsProp.Momentum),
        };
        loop.Run(range.Length / S.Lanes, 1, &Update, &arguments);
    }

    private static void Update(void* state, int begin, int end, int worker)
    {
        Arguments a = *(Arguments*)state;
        TV rate = S.Broadcast(a.NegativeRate), decay = S.Broadcast(a.Decay), alpha = S.Broadcast(a.Alpha);
        TV share = S.Broadcast(a.Share);
        TV epsilon = S.Broadcast(a.Epsilon), momentum = S.Broadcast(a.Momentum);
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
        {
            TV parameter = S.Load(a.Parameters + i);
            TV gradient = S.MultiplyAdd(decay, parameter, S.Load(a.Gradients + i));
            TV square = S.MultiplyAdd(share, S.Multiply(gradient, gradient), S.Multiply(alpha, S.Load(a.Squares + i)));
            S.Store(a.Squares + i, square);
            if (a.Means != null)
            {
                TV mean = S.MultiplyAdd(share, gradient, S.Multiply(alpha, S.Load(a.Means + i)));
                S.Store(a.Means + i, mean);
                // Rounding may take the variance below zero.
                square = S.Max(S.Zero, S.Subtract(square, S.Multiply(mean, mean)));
            }
            TV direction = S.Divide(gradient, S.Add(S.Sqrt(square), epsilon));
            if (a.Velocities != null)
            {
                direction = S.MultiplyAdd(momentum, S.Load(a.Velocities + i), direction);
                S.Store(a.Velocities + i, direction);
            }
            S.Store(a.Parameters + i, S.MultiplyAdd(rate, direction, parameter));
        }
    }

    private struct Arguments
    {
        public T* Parameters, Gradients, Squares, Means, Velocities;
        public T NegativeRate, Decay, Alpha, Share, Epsilon, Momentum;
    }
}
