using MLNetExtensions.Benchmarks.SideBySide;
using MLNetExtensions.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.optim;

namespace MLNetExtensions.Benchmarks.Peers.Torch;

/// <summary>Training as users of TorchSharp write it.</summary>
internal sealed class TorchTraining : TorchContender
{
    private readonly Loss<Tensor, Tensor, Tensor> _loss;
    private readonly Optimizer _optimizer;
    private readonly Tensor[] _targets;
    private readonly string[] _names;

    public TorchTraining(
        Module<Tensor, Tensor> network, Loss<Tensor, Tensor, Tensor> loss, Func<IEnumerable<Parameter>, Optimizer> optimizer,
        NetworkWeights inputs)
        : base(network, inputs)
    {
        (_loss, _optimizer) = (loss, optimizer(network.parameters()));
        Tensor targets = ToTensor(inputs[WorkloadFolder.Targets]);
        _targets = [.. (loss is CrossEntropyLoss ? targets.to(ScalarType.Int64).flatten(1) : targets.unsqueeze(-1)).unbind()];
        _names = [.. inputs.Select(pair => pair.Key)];
        network.train();
    }

    public override void Dispose()
    {
        foreach (IDisposable item in (IDisposable[])[.. _targets, _optimizer, _loss])
            item.Dispose();
        base.Dispose();
    }

    protected override NetworkWeights Result() => new(Network.state_dict()
        .Where(pair => _names.Contains(pair.Key))
        .Select(pair => KeyValuePair.Create(pair.Key, ToWeight(pair.Value))));

    protected override void Step(int batch)
    {
        using DisposeScope scope = NewDisposeScope();
        _optimizer.zero_grad();
        _loss.call(Network.call(Features[batch]), _targets[batch]).backward();
        _optimizer.step();
    }
}
