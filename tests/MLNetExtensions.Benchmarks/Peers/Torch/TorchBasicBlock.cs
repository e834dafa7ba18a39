using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetExtensions.Benchmarks.Peers.Torch;

/// <summary>Two convolutions beside a shortcut. The parameters get the names of the fields, which are torchvision's.</summary>
internal sealed class TorchBasicBlock : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> conv1, bn1, conv2, bn2, relu;
    private readonly Module<Tensor, Tensor>? downsample;

    public TorchBasicBlock(int inputs, int outputs, int stride)
        : base(nameof(TorchBasicBlock))
    {
        (conv1, bn1) = (Conv2d(inputs, outputs, 3, stride, padding: 1, bias: false), BatchNorm2d(outputs));
        (conv2, bn2) = (Conv2d(outputs, outputs, 3, padding: 1, bias: false), BatchNorm2d(outputs));
        relu = ReLU(inplace: true);
        if (stride != 1 || inputs != outputs)
            downsample = Sequential(Conv2d(inputs, outputs, 1, stride, bias: false), BatchNorm2d(outputs));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        Tensor y = bn2.call(conv2.call(relu.call(bn1.call(conv1.call(x)))));
        return relu.call(y.add_(downsample?.call(x) ?? x));
    }
}
