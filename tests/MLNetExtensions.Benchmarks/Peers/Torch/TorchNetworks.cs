using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetExtensions.Benchmarks.Peers.Torch;

/// <summary>The networks as users of TorchSharp write them, with torchvision's names of parameters.</summary>
internal static class TorchNetworks
{
    public static Module<Tensor, Tensor> LeNet5() => Sequential(
        ("features", Sequential(
            Conv2d(1, 6, 5, padding: 2), ReLU(), MaxPool2d(2),
            Conv2d(6, 16, 5), ReLU(), MaxPool2d(2))),
        ("flatten", Flatten()),
        ("classifier", Sequential(Linear(400, 120), ReLU(), Linear(120, 84), ReLU(), Linear(84, 10))));

    public static Module<Tensor, Tensor> SimpleCnn() => Sequential(
        ("features", Sequential(
            Conv2d(3, 32, 3, padding: 1), ReLU(), MaxPool2d(2),
            Conv2d(32, 64, 3, padding: 1), ReLU(), MaxPool2d(2))),
        ("flatten", Flatten()),
        ("classifier", Sequential(Linear(4096, 10))));

    public static Module<Tensor, Tensor> ResNet18() => Sequential(
        ("conv1", Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false)),
        ("bn1", BatchNorm2d(64)),
        ("relu", ReLU(inplace: true)),
        ("maxpool", MaxPool2d(3, stride: 2, padding: 1)),
        ("layer1", Stage(64, 64, stride: 1)),
        ("layer2", Stage(64, 128, stride: 2)),
        ("layer3", Stage(128, 256, stride: 2)),
        ("layer4", Stage(256, 512, stride: 2)),
        ("avgpool", AdaptiveAvgPool2d(1)),
        ("flatten", Flatten()),
        ("fc", Linear(512, 10)));

    public static Module<Tensor, Tensor> Mlp() => Sequential(Linear(8, 64), ReLU(), Linear(64, 32), ReLU(), Linear(32, 1));

    public static Module<Tensor, Tensor> Vgg16Features()
    {
        List<Module<Tensor, Tensor>> layers = [];
        int channels = 3;
        foreach ((int outputs, int count) in ((int, int)[])[(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)])
        {
            for (int i = 0; i < count; i++)
            {
                layers.AddRange([Conv2d(channels, outputs, 3, padding: 1), ReLU(inplace: true)]);
                channels = outputs;
            }
            layers.Add(MaxPool2d(2));
        }
        return Sequential(("features", Sequential(layers)));
    }

    private static Module<Tensor, Tensor> Stage(int inputs, int outputs, int stride) =>
        Sequential(new TorchBasicBlock(inputs, outputs, stride), new TorchBasicBlock(outputs, outputs, stride: 1));
}
