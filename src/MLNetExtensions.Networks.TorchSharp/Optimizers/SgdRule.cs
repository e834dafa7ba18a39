using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>The update rule of <see cref="Sgd"/>.</summary>
internal sealed class SgdRule : UpdateRule
{
    private readonly Sgd _sgd;
    private readonly Tensor? _velocity;

    public SgdRule(Sgd sgd, ParameterLayout layout, SessionMemory memory)
        : base(sgd, sgd.WeightDecay, layout, memory)
    {
        _sgd = sgd;
        _velocity = sgd.Momentum == 0 ? null : Remember("momentum_buffer");
    }

    protected override void ApplyToGroup(Tensor parameters, Tensor gradients, long step, double learningRate)
    {
        using Scalar momentum = _sgd.Momentum, share = 1 - _sgd.Dampening, rate = -learningRate;
        Tensor direction = Penalize(parameters, gradients);
        if (_velocity is not null)
        {
            Tensor velocity = Part(_velocity);
            // The velocity starts as the first gradient, undampened.
            if (step == 1)
                velocity.copy_(direction);
            else
                velocity.mul_(momentum).add_(direction, share);
            direction = _sgd.Nesterov ? velocity.mul(momentum).add_(direction, Constants.One) : velocity;
        }
        parameters.add_(direction, rate);
    }
}
