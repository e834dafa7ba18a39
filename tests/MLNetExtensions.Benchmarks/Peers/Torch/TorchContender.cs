using MLNetExtensions.Benchmarks.SideBySide;
using MLNetExtensions.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetExtensions.Benchmarks.Peers.Torch;

/// <summary>A network of TorchSharp with the weights and examples of a workload, both in the layout that libtorch is fastest
/// with.</summary>
internal abstract class TorchContender : WorkloadContender
{
    protected TorchContender(Module<Tensor, Tensor> network, NetworkWeights inputs)
        : base(inputs[WorkloadFolder.Features].Shape[0])
    {
        using var noGradients = no_grad();
        Network = network;
        foreach ((string name, Tensor tensor) in network.state_dict())
        {
            // Batch normalisation also counts its batches, which changes nothing here.
            if (inputs.TryGet(name, out WeightTensor? weight))
                tensor.copy_(ToTensor(weight));
        }
        foreach (Convolution convolution in network.modules().OfType<global::TorchSharp.Modules.Conv2d>())
            convolution.weight = new Parameter(ChannelsLast(convolution.weight!.detach()));
        Features = [.. ToTensor(inputs[WorkloadFolder.Features]).unbind()
            .Select(batch => batch.dim() == 4 ? ChannelsLast(batch) : batch.clone())];
    }

    public override string Name => TorchSharpPeer.Name;

    protected Module<Tensor, Tensor> Network { get; }

    protected Tensor[] Features { get; }

    public override void Dispose()
    {
        foreach (Tensor batch in Features)
            batch.Dispose();
        Network.Dispose();
    }

    protected static Tensor ToTensor(WeightTensor values) =>
        tensor(values.Values, Array.ConvertAll(values.Shape.Dimensions.ToArray(), dimension => (long)dimension));

    protected static WeightTensor ToWeight(Tensor values) =>
        new(new([.. values.shape.Select(dimension => (int)dimension)]), [.. values.contiguous().data<float>()]);

    /// <summary>The channels of a pixel beside each other, a layout that TorchSharp has no name for. libtorch's convolutions are
    /// as fast or faster with it, and with the usual one libtorch 2.10 computes some wrong (see ChannelsLast of
    /// MLNetExtensions.TorchSharp). By way of a flat tensor, so that the strides say the layout of one channel too.</summary>
    private static Tensor ChannelsLast(Tensor images)
    {
        long[] shape = images.shape;
        return images.permute(0, 2, 3, 1).reshape(-1).clone().reshape(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2);
    }
}
