using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Carries out the update rule of an <see cref="Optimizer"/> on all trained parameters of one learning rate at once:
/// each group is one flat tensor.</summary>
/// <remarks>TorchSharp hands the address of a Scalar to libtorch and does not keep the object: one made by an implicit conversion
/// may be finalised while the call runs. So they are variables, disposed of after their last call.</remarks>
internal abstract class UpdateRule
{
    private readonly long _length;
    private readonly SessionMemory _memory;
    private readonly double _weightDecay;

    /// <summary>1 for each parameter that decays; null where all do, or none.</summary>
    private readonly Tensor? _decaying;
    private readonly List<KeyValuePair<string, Tensor>> _state = [];

    /// <summary>The parameters by their learning rates, and those that are being updated.</summary>
    private readonly UpdateRange[] _groups;
    private UpdateRange _group;

    /// <param name="optimizer">The optimiser.</param>
    /// <param name="weightDecay">The L2 penalty.</param>
    /// <param name="layout">The parameters.</param>
    /// <param name="memory">Keeps the state.</param>
    protected UpdateRule(Optimizer optimizer, double weightDecay, ParameterLayout layout, SessionMemory memory)
    {
        (_length, _memory, _weightDecay) = (layout.TrainableLength, memory, weightDecay);
        UpdateRange[] ranges = UpdateRange.Of(layout, optimizer);
        _groups = UpdateRange.OfOneRate(ranges);
        if (!optimizer.DecayMatricesOnly || optimizer.WeightDecay == 0 || ranges.All(range => range.Decays))
            return;
        _decaying = memory.Zeros(_length);
        foreach (UpdateRange range in ranges.Where(range => range.Decays))
        {
            using Scalar one = 1;
            using Tensor part = _decaying.narrow(0, range.Start, range.Length);
            part.fill_(one);
        }
    }

    /// <summary>The optimiser's memory of each parameter, laid out as the parameters are, under PyTorch's names.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> State => _state;

    /// <summary>Changes <paramref name="parameters"/> in place.</summary>
    /// <param name="parameters">The trained parameters.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="step">The number of the step, from 1.</param>
    /// <param name="learningRate">The learning rate.</param>
    public void Apply(Tensor parameters, Tensor gradients, long step, double learningRate)
    {
        foreach (UpdateRange group in _groups)
        {
            _group = group;
            ApplyToGroup(Part(parameters), Part(gradients), step, learningRate * group.LearningRateFactor);
        }
    }

    /// <summary>Changes the parameters of a group in place; of the state, <see cref="Part"/> is theirs.</summary>
    protected abstract void ApplyToGroup(Tensor parameters, Tensor gradients, long step, double learningRate);

    /// <summary>The rule for the trained parameters of a layout.</summary>
    /// <exception cref="NotSupportedException">The optimiser is an unknown one.</exception>
    public static UpdateRule Create(Optimizer optimizer, ParameterLayout layout, SessionMemory memory) => optimizer switch
    {
        Sgd sgd => new SgdRule(sgd, layout, memory),
        Adam adam => new AdamRule(adam, layout, memory),
        AdamW adamW => new AdamRule(adamW, layout, memory),
        RmsProp rmsProp => new RmsPropRule(rmsProp, layout, memory),
        _ => throw new NotSupportedException(
            $"The TorchSharp engine has no optimiser '{optimizer.GetType().Name}'; it has Sgd, Adam, AdamW and RmsProp."),
    };

    /// <summary>A piece of state, zero at first.</summary>
    protected Tensor Remember(string name)
    {
        Tensor tensor = _memory.Zeros(_length);
        _state.Add(new(name, tensor));
        return tensor;
    }

    /// <summary>What of a tensor of all trained parameters is of the group that is being updated.</summary>
    protected Tensor Part(Tensor all) => _groups.Length == 1 ? all : all.narrow(0, _group.Start, _group.Length);

    /// <summary>The gradients with the L2 penalty.</summary>
    protected Tensor Penalize(Tensor parameters, Tensor gradients)
    {
        if (_weightDecay == 0)
            return gradients;
        using Scalar decay = _weightDecay;
        return Decaying(parameters).mul(decay).add_(gradients, Constants.One);
    }

    /// <summary>Takes a share away from the parameters that decay.</summary>
    protected void Decay(Tensor parameters, double share)
    {
        using Scalar taken = -share;
        parameters.add_(Decaying(parameters), taken);
    }

    /// <summary>The parameters, 0 in place of those that don't decay.</summary>
    private Tensor Decaying(Tensor parameters) => _decaying is null ? parameters : parameters.mul(Part(_decaying));
}
