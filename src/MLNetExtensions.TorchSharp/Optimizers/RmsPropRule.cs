using MLNetExtensions.Networks.Training;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>The update rule of <see cref="RmsProp"/>.</summary>
internal sealed class RmsPropRule : UpdateRule
{
    private readonly RmsProp _rmsProp;
    private readonly Tensor _square;
    private readonly Tensor? _mean, _velocity;

    public RmsPropRule(RmsProp rmsProp, long length, SessionMemory memory)
        : base(rmsProp.WeightDecay, length, memory)
    {
        _rmsProp = rmsProp;
        _square = Remember("square_avg");
        _mean = rmsProp.Centered ? Remember("grad_avg") : null;
        _velocity = rmsProp.Momentum == 0 ? null : Remember("momentum_buffer");
    }

    public override void Apply(Tensor parameters, Tensor gradients, long step, double learningRate)
    {
        Tensor gradient = Penalize(parameters, gradients);
        double share = 1 - _rmsProp.Alpha;
        _square.mul_(_rmsProp.Alpha).addcmul_(gradient, gradient, share);
        Tensor variance = _square;
        if (_mean is not null)
        {
            _mean.mul_(_rmsProp.Alpha).add_(gradient, share);
            // Rounding may take the variance below zero.
            variance = _square.sub(_mean.mul(_mean)).clamp_min_(0);
        }
        Tensor root = variance.sqrt().add_(_rmsProp.Epsilon);
        if (_velocity is null)
            parameters.addcdiv_(gradient, root, -learningRate);
        else
            parameters.add_(_velocity.mul_(_rmsProp.Momentum).addcdiv_(gradient, root, 1), -learningRate);
    }
}
