using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>The update rule of <see cref="Adam"/> and <see cref="AdamW"/>, which differ in what weight decay is added
/// to.</summary>
internal sealed unsafe class AdamUpdate<T, TV, S> : OptimizerUpdate<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly double _beta1, _beta2, _epsilon, _penalty, _decoupledDecay;
    private readonly NativeBuffer<T> _mean, _square;
    private readonly VectorLoop _loop;

    public AdamUpdate(Adam adam, long length, VectorLoop loop)
        : this(length, loop) => (_beta1, _beta2, _epsilon, _penalty) = (adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay);

    public AdamUpdate(AdamW adam, long length, VectorLoop loop)
        : this(length, loop) =>
        (_beta1, _beta2, _epsilon, _decoupledDecay) = (adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay);

    private AdamUpdate(long length, VectorLoop loop) => (_mean, _square, _loop) = (new(length), new(length), loop);

    public override IReadOnlyList<KeyValuePair<string, NativeBuffer<T>>> State =>
        [new("exp_avg", _mean), new("exp_avg_sq", _square)];

    protected override void Apply(T* parameters, T* gradients, in UpdateRange range, long step, double learningRate)
    {
        Arguments arguments = new()
        {
            Parameters = parameters + range.Start,
            Gradients = gradients + range.Start,
            Means = _mean.Pointer + range.Start,
            Squares = _square.Pointer + range.Start,
            NegativeRate = T.CreateTruncating(-learningRate / (1 - Math.Pow(_beta1, step))),
            Penalty = T.CreateTruncating(range.Decays ? _penalty : 0),
            Keep = T.CreateTruncating(range.Decays ? 1 - learningRate * _decoupledDecay : 1),
            Beta1 = T.CreateTruncating(_beta1),
            Share1 = T.CreateTruncating(1 - _beta1),
            Beta2 = T.CreateTruncating(_beta2),
            Share2 = T.CreateTruncating(1 - _beta2),
            RootCorrection = T.CreateTruncating(1 / Math.Sqrt(1 - Math.Pow(_beta2, step))),
            Epsilon = T.CreateTruncating(_epsilon),
        };
        _loop.Run(range.Length / S.Lanes, 1, &Update, &arguments);
    }

    private static void Update(void* state, int begin, int end, int worker)
    {
        Arguments a = *(Arguments*)state;
        TV rate = S.Broadcast(a.NegativeRate), penalty = S.Broadcast(a.Penalty), keep = S.Broadcast(a.Keep);
        TV beta1 = S.Broadcast(a.Beta1), share1 = S.Broadcast(a.Share1), beta2 = S.Broadcast(a.Beta2);
        TV share2 = S.Broadcast(a.Share2);
        TV rootCorrection = S.Broadcast(a.RootCorrection), epsilon = S.Broadcast(a.Epsilon);
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
        {
            TV parameter = S.Load(a.Parameters + i);
            TV gradient = S.MultiplyAdd(penalty, parameter, S.Load(a.Gradients + i));
            TV mean = S.MultiplyAdd(share1, gradient, S.Multiply(beta1, S.Load(a.Means + i)));
            TV square = S.MultiplyAdd(share2, S.Multiply(gradient, gradient), S.Multiply(beta2, S.Load(a.Squares + i)));
            S.Store(a.Means + i, mean);
            S.Store(a.Squares + i, square);
            TV step = S.Divide(mean, S.MultiplyAdd(S.Sqrt(square), rootCorrection, epsilon));
            S.Store(a.Parameters + i, S.MultiplyAdd(rate, step, S.Multiply(keep, parameter)));
        }
    }

    private struct Arguments
    {
        public T* Parameters, Gradients, Means, Squares;
        public T NegativeRate, Penalty, Keep, Beta1, Share1, Beta2, Share2, RootCorrection, Epsilon;
    }
}
