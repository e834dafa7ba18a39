using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>
/// Convolutions in Single on libtorch beside the managed engine's in Double, for many numbers of channels: libtorch chooses its
/// kernels by them, and some are wrong.
/// </summary>
public class ConvolutionParityTests
{
    private const double Tolerance = 1e-5;

    private static readonly WorkerPool Worker = new(1);

    /// <summary>Groups, channels of the input and of the output.</summary>
    public static TheoryData<int, int, int> Channels => new()
    {
        { 1, 1, 6 }, { 1, 3, 20 }, { 1, 3, 64 }, { 1, 5, 5 }, { 1, 6, 16 }, { 1, 8, 8 }, { 1, 12, 32 }, { 1, 16, 16 }, { 1, 16, 20 },
        { 1, 16, 24 }, { 1, 20, 16 }, { 1, 24, 60 }, { 1, 31, 33 }, { 1, 32, 32 }, { 1, 32, 40 }, { 1, 40, 32 }, { 1, 48, 17 },
        { 1, 60, 24 }, { 1, 64, 65 }, { 1, 72, 96 }, { 2, 16, 20 }, { 3, 24, 60 }, { 5, 20, 40 }, { 8, 8, 8 }, { 12, 12, 24 },
        { 20, 20, 20 }, { 40, 40, 40 },
    };

    [TorchTheory, MemberData(nameof(Channels))]
    public void EqualsDouble(int groups, int inputs, int outputs)
    {
        Layer[] convolutions =
        [
            new Conv2d(outputs, 1, Groups: groups), new Conv2d(outputs, 1, Stride: 2, Groups: groups),
            new Conv2d(outputs, 3, Padding: 1, Groups: groups),
            new Conv2d(outputs, 3, Stride: 2, Padding: 1, Groups: groups),
            new Conv2d(outputs, 3, Padding: 2, Dilation: 2, Groups: groups), new Conv2d(outputs, (1, 3), (2, 1), (0, 1), Groups: groups),
            new Conv2d(outputs, 5, Padding: 2, Bias: false, Groups: groups), new Conv2d(outputs, 5, Stride: 3, Groups: groups),
            new ConvTranspose2d(outputs, 3, 1, 1, Groups: groups), new ConvTranspose2d(outputs, 4, 2, 1, Groups: groups),
        ];
        int threads = torch.get_num_threads();
        try
        {
            foreach (int number in new[] { 1, 2 })
            {
                torch.set_num_threads(number);
                foreach (Layer convolution in convolutions)
                {
                    Compare(convolution, new(inputs, 9, 10), count: 1);
                    Compare(convolution, new(inputs, 9, 10), count: 5);
                }
                Compare(new Conv1d(outputs, 3, Padding: 1, Groups: groups), new(inputs, 17), count: 3);
                // A single value has no deviation to normalise.
                if (inputs > 1)
                    Compare(convolutions[0], new(inputs, 1, 1), count: 3);
            }
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    /// <summary>Whatever its strides were, a tensor has those of the layout afterwards, and the values it had.</summary>
    [TorchTheory]
    [InlineData(2, 3, 4, 5), InlineData(1, 3, 4, 5), InlineData(2, 1, 4, 5), InlineData(2, 3, 1, 1), InlineData(2, 3, 1, 5)]
    public void ChannelsLieBesideEachOther(int count, int channels, int height, int width)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor images = torch.rand([count, channels, height, width]);
        Tensor arranged = ChannelsLast.Arrange(images);
        Assert.Equal([height * width * channels, 1, width * channels, channels], arranged.stride());
        Assert.True(arranged.equal(images).all().item<bool>());
        // The second time nothing is copied.
        ChannelsLast.Arrange(arranged).zero_();
        Assert.Equal(0, arranged.abs().sum().item<float>());
    }

    private static void Compare(Layer convolution, TensorShape shape, int count)
    {
        // The gradient of what is added to each input is the input's, summed over the examples.
        NetworkDefinition network =
            NetworkDefinition.Build(shape, layers => layers.LayerNorm(name: "norm").Add(convolution, "conv"));
        NetworkWeights weights = Parity.Weights(network);
        float[] features = Parity.Normal(11, count * shape.Size), targets = Parity.Normal(12, count * network.OutputShape.Size);
        TrainingSessionOptions options = new(count, new MeanSquaredErrorLoss(), new Sgd(), Seed: 1);
        using ManagedTrainingSession<double> managed = new(network, weights, options, new(SimdLevels.Best, Worker));
        using ITrainingSession torchSharp = TestDevice.Engine().CreateTrainingSession(network, weights, options);
        string what = $"{convolution} of {count} × {shape}:";
        Parity.Equal($"{what} outputs", Outputs(managed), Outputs(torchSharp), Tolerance);
        Parity.Equal($"{what} gradient", Gradients(managed), Gradients(torchSharp), Tolerance);

        float[] Outputs(ITrainingSession session)
        {
            float[] outputs = new float[targets.Length];
            session.Infer(features, count, outputs);
            return outputs;
        }

        NetworkWeights Gradients(ITrainingSession session)
        {
            session.ComputeGradients(new(count, features, targets));
            NetworkWeights gradients = weights.Clone();
            session.ReadGradients(gradients);
            return gradients;
        }
    }
}
