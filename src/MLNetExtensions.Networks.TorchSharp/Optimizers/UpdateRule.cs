using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Carries out the update rule of an <see cref="Optimizer"/> on all trained parameters at once: each is one flat
/// tensor.</summary>
/// <remarks>TorchSharp hands the address of a Scalar to libtorch and does not keep the object: one made by an implicit conversion may be
/// finalised while the call runs. So they are variables, disposed of after their last call.</remarks>
/// <param name="weightDecay">The L2 penalty.</param>
/// <param name="length">The number of parameters.</param>
/// <param name="memory">Keeps the state.</param>
internal abstract class UpdateRule(double weightDecay, long length, SessionMemory memory)
{
    private readonly List<KeyValuePair<string, Tensor>> _state = [];

    /// <summary>The optimiser's memory of each parameter, laid out as the parameters are, under PyTorch's names.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> State => _state;

    /// <summary>Changes <paramref name="parameters"/> in place.</summary>
    /// <param name="parameters">The trained parameters.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="step">The number of the step, from 1.</param>
    /// <param name="learningRate">The learning rate.</param>
    public abstract void Apply(Tensor parameters, Tensor gradients, long step, double learningRate);

    /// <summary>The rule for <paramref name="length"/> parameters.</summary>
    /// <exception cref="NotSupportedException">The optimiser is an unknown one.</exception>
    public static UpdateRule Create(Optimizer optimizer, long length, SessionMemory memory) => optimizer switch
    {
        Sgd sgd => new SgdRule(sgd, length, memory),
        Adam adam => new AdamRule(adam, length, memory),
        AdamW adamW => new AdamRule(adamW, length, memory),
        RmsProp rmsProp => new RmsPropRule(rmsProp, length, memory),
        _ => throw new NotSupportedException(
            $"The TorchSharp engine has no optimiser '{optimizer.GetType().Name}'; it has Sgd, Adam, AdamW and RmsProp."),
    };

    /// <summary>A piece of state, zero at first.</summary>
    protected Tensor Remember(string name)
    {
        Tensor tensor = memory.Zeros(length);
        _state.Add(new(name, tensor));
        return tensor;
    }

    /// <summary>The gradients with the L2 penalty.</summary>
    protected Tensor Penalize(Tensor parameters, Tensor gradients)
    {
        if (weightDecay == 0)
            return gradients;
        using Scalar decay = weightDecay;
        return parameters.mul(decay).add_(gradients);
    }
}
