using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>The update rule of <see cref="RmsProp"/>.</summary>
internal sealed class RmsPropRule : UpdateRule
{
    private readonly RmsProp _rmsProp;
    private readonly Tensor _square;
    private readonly Tensor? _mean, _velocity;

    public RmsPropRule(RmsProp rmsProp, ParameterLayout layout, SessionMemory memory)
        : base(rmsProp, rmsProp.WeightDecay, layout, memory)
    {
        _rmsProp = rmsProp;
        _square = Remember("square_avg");
        _mean = rmsProp.Centered ? Remember("grad_avg") : null;
        _velocity = rmsProp.Momentum == 0 ? null : Remember("momentum_buffer");
    }

    protected override void ApplyToGroup(Tensor parameters, Tensor gradients, long step, double learningRate)
    {
        using Scalar kept = _rmsProp.Alpha, share = 1 - _rmsProp.Alpha, epsilon = _rmsProp.Epsilon, momentum = _rmsProp.Momentum;
        using Scalar rate = -learningRate, zero = 0, one = 1;
        Tensor gradient = Penalize(parameters, gradients);
        Tensor square = Part(_square), variance = square;
        square.mul_(kept).addcmul_(gradient, gradient, share);
        if (_mean is not null)
        {
            Tensor mean = Part(_mean);
            mean.mul_(kept).add_(gradient, share);
            // Rounding may take the variance below zero.
            variance = square.sub(mean.mul(mean)).clamp_min_(zero);
        }
        Tensor root = variance.sqrt().add_(epsilon, Constants.One);
        if (_velocity is null)
            parameters.addcdiv_(gradient, root, rate);
        else
            parameters.add_(Part(_velocity).mul_(momentum).addcdiv_(gradient, root, one), rate);
    }
}
