using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>Carries out the update rule of an <see cref="Optimizer"/> on all trained parameters at once: each is one flat
/// tensor.</summary>
internal abstract class UpdateRule(double weightDecay) : IDisposable
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
    public static UpdateRule Create(Optimizer optimizer, long length, torch.Device device) => optimizer switch
    {
        Sgd sgd => new SgdRule(sgd, length, device),
        Adam adam => new AdamRule(adam, length, device),
        AdamW adamW => new AdamRule(adamW, length, device),
        RmsProp rmsProp => new RmsPropRule(rmsProp, length, device),
        _ => throw new NotSupportedException(
            $"The TorchSharp engine has no optimiser '{optimizer.GetType().Name}'; it has Sgd, Adam, AdamW and RmsProp."),
    };

    public void Dispose()
    {
        foreach ((_, Tensor tensor) in _state)
            tensor.Dispose();
    }

    /// <summary>A piece of memory, zero at first.</summary>
    protected Tensor Remember(string name, long length, torch.Device device)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor tensor = torch.zeros([length], torch.ScalarType.Float32, device).DetachFromDisposeScope();
        _state.Add(new(name, tensor));
        return tensor;
    }

    /// <summary>The gradients with the L2 penalty.</summary>
    protected Tensor Penalize(Tensor parameters, Tensor gradients) =>
        weightDecay == 0 ? gradients : parameters.mul(weightDecay).add_(gradients);
}
