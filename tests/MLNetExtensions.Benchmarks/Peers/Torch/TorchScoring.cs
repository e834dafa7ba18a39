using MLNetExtensions.Benchmarks.SideBySide;
using MLNetExtensions.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetExtensions.Benchmarks.Peers.Torch;

/// <summary>Scoring as users of TorchSharp write it.</summary>
internal sealed class TorchScoring : TorchContender
{
    private readonly IDisposable _inference;

    public TorchScoring(Module<Tensor, Tensor> network, NetworkWeights inputs)
        : base(network, inputs)
    {
        network.eval();
        _inference = inference_mode();
    }

    public override void Dispose()
    {
        _inference.Dispose();
        base.Dispose();
    }

    protected override NetworkWeights Result() =>
        new([new(WorkloadFolder.Outputs, ToWeight(Network.call(Features[0])))]);

    protected override void Step(int batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Network.call(Features[batch]);
    }
}
