using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>The update rule of <see cref="Adam"/> and <see cref="AdamW"/>, which differ in what weight decay is added
/// to.</summary>
internal sealed class AdamRule : UpdateRule
{
    private readonly double _beta1, _beta2, _epsilon, _decoupledDecay;
    private readonly Tensor _mean, _square;

    public AdamRule(Adam adam, ParameterLayout layout, SessionMemory memory)
        : this(adam, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay, 0, layout, memory)
    {
    }

    public AdamRule(AdamW adam, ParameterLayout layout, SessionMemory memory)
        : this(adam, adam.Beta1, adam.Beta2, adam.Epsilon, 0, adam.WeightDecay, layout, memory)
    {
    }

    private AdamRule(
        Optimizer optimizer, double beta1, double beta2, double epsilon, double penalty, double decoupledDecay,
        ParameterLayout layout, SessionMemory memory)
        : base(optimizer, penalty, layout, memory)
    {
        (_beta1, _beta2, _epsilon, _decoupledDecay) = (beta1, beta2, epsilon, decoupledDecay);
        (_mean, _square) = (Remember("exp_avg"), Remember("exp_avg_sq"));
    }

    protected override void ApplyToGroup(Tensor parameters, Tensor gradients, long step, double learningRate)
    {
        using Scalar meanKept = _beta1, meanShare = 1 - _beta1, squareKept = _beta2, squareShare = 1 - _beta2, epsilon = _epsilon;
        using Scalar rootCorrection = 1 / Math.Sqrt(1 - Math.Pow(_beta2, step));
        using Scalar rate = -learningRate / (1 - Math.Pow(_beta1, step));
        Tensor gradient = Penalize(parameters, gradients), mean = Part(_mean), square = Part(_square);
        mean.mul_(meanKept).add_(gradient, meanShare);
        square.mul_(squareKept).addcmul_(gradient, gradient, squareShare);
        Tensor root = square.sqrt().mul_(rootCorrection).add_(epsilon, Constants.One);
        if (_decoupledDecay != 0)
            Decay(parameters, learningRate * _decoupledDecay);
        parameters.addcdiv_(mean, root, rate);
    }
}
