using System.Diagnostics;
using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using TorchSharp;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>Devices, what happens without libtorch, and native memory.</summary>
public class EngineTests
{
    [TorchFact]
    public void NameTellsTheDevice()
    {
        Assert.Equal("TorchSharp (cpu)", new TorchSharpEngine("cpu").Name);
        Assert.Equal("TorchSharp (cpu, bfloat16)", new TorchSharpEngine("cpu", mixedPrecision: true).Name);
        Assert.Equal(TorchSharpEngine.CudaDeviceCount > 0 ? "cuda:0" : "cpu", new TorchSharpEngine().Device);
    }

    /// <summary>A checkpoint is taken up only by an engine that goes on with the same bits.</summary>
    [TorchFact]
    public void ArithmeticTellsWhatDecidesTheBits()
    {
        string arithmetic = new TorchSharpEngine("cpu").Arithmetic;
        Assert.StartsWith("TorchSharp (cpu), libtorch of TorchSharp 0.", arithmetic);
        Assert.EndsWith($", {SimdLevels.Best}, {torch.get_num_threads()} threads", arithmetic);
        Assert.NotEqual(arithmetic, new TorchSharpEngine("cpu", mixedPrecision: true).Arithmetic);
        Assert.NotEqual(arithmetic, ManagedEngine.Default.Arithmetic);
    }

    /// <summary>A run that stopped on the managed engine would end with other bits here.</summary>
    [TorchFact]
    public void ACheckpointOfTheOtherEngineIsRefused()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(3), layers => layers.Linear(1));
        InMemoryTrainingData<float> data = new(new(3), Parity.Normal(1, 24), Parity.Normal(2, 8));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mlnetext-");
        try
        {
            TrainingOptions options = new() { Loss = new MeanSquaredErrorLoss(), Epochs = 1, Checkpoints = new(folder.FullName) };
            NetworkTrainer.Fit(network, ManagedEngine.Default, data, null, options);
            TorchSharpEngine torch = new("cpu");
            Assert.Contains(
                $"is of another run: engine {ManagedEngine.Default.Arithmetic} there and {torch.Arithmetic} here.",
                Assert.Throws<InvalidOperationException>(() => NetworkTrainer.Fit(network, torch, data, null, options)).Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TorchFact]
    public void UnknownDevicesAreRefused()
    {
        foreach (string name in new[] { "gpu", "", "cpu:0", "cuda:x", "cuda:-1", "cuda:0:1" })
            Assert.Contains("cuda:N", Assert.Throws<ArgumentException>(() => new TorchSharpEngine(name)).Message);
        Assert.Throws<InvalidOperationException>(() => new TorchSharpEngine("cuda:99"));
    }

    [NoTorchFact]
    public void WithoutLibtorchTheRestOfTheLibraryDoesNotMind()
    {
        Assert.Equal(0, TorchSharpEngine.CudaDeviceCount);
        Assert.Throws<InvalidOperationException>(() => new TorchSharpEngine());
        Assert.Throws<InvalidOperationException>(() => new MLContext().Regression.Trainers.TorchSharpNeuralNetwork());
        Assert.NotNull(new MLContext().Regression.Trainers.NeuralNetwork());
    }

    [Fact]
    public void WithoutABundleTheMessageNamesThePackages()
    {
        NotSupportedException cause = new();
        InvalidOperationException error = Libtorch.Explain(cause);
        Assert.Same(cause, error.InnerException);
        Assert.Contains("TorchSharp-cpu", error.Message);
        Assert.Contains("TorchSharp-cuda-linux", error.Message);
        Assert.Contains("TorchSharp-cuda-windows", error.Message);
    }

    /// <summary>What the runtime says on Debian 12.</summary>
    [Fact]
    public void OnAnOldSystemTheMessageNamesNewerOnes()
    {
        string message = Libtorch.Explain(new DllNotFoundException(
            "Unable to load shared library 'LibTorchSharp' or one of its dependencies. " +
            "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by libLibTorchSharp.so)")).Message;
        Assert.Contains("GLIBCXX_3.4.32", message);
        Assert.Contains("Debian 13", message);
        Assert.DoesNotContain("TorchSharp-cpu", message);
    }

    /// <summary>The warnings of <see cref="Nnpack"/> come from where libtorch is asked whether it may be used.</summary>
    [TorchFact]
    public void NnpackIsNotAsked()
    {
        Assert.True(TorchSharpEngine.IsAvailable);
        Assert.Equal(OperatingSystem.IsLinux() ? false : null, Nnpack.IsOn);
    }

    /// <summary>bfloat16 has 8 bits of mantissa: close, but not the same.</summary>
    [TorchFact]
    public void MixedPrecisionIsClose()
    {
        NetworkDefinition network = SimpleCnn.Create();
        NetworkModel model = new(network, NetworkWeights.Initialize(network, 1));
        float[] features = Parity.Normal(2, 2 * network.InputShape.Size), full = Score(false), half = Score(true);
        double scale = full.Max(Math.Abs);
        Assert.NotEqual(full, half);
        Assert.All(full.Zip(half), pair => Assert.Equal(pair.First, pair.Second, 0.05 * scale));

        TrainingSessionOptions options = new(2, new CrossEntropyLoss(), new Adam(), Seed: 1);
        using ITrainingSession session =
            TestDevice.Engine(mixedPrecision: true).CreateTrainingSession(network, model.Weights, options);
        double before = session.TrainStep(new(2, features, [3, 7]), 1e-3);
        for (int step = 0; step < 20; step++)
            session.TrainStep(new(2, features, [3, 7]), 1e-3);
        Assert.True(session.TrainStep(new(2, features, [3, 7]), 1e-3) < before / 10);

        float[] Score(bool mixedPrecision)
        {
            float[] outputs = new float[20];
            using IInferenceSession session = TestDevice.Engine(mixedPrecision).CreateInferenceSession(model, 2);
            session.Run(features, 2, outputs);
            return outputs;
        }
    }

    /// <summary>What an engine allows does not outlive its work: cuDNN's switch is on by itself, the other one off.</summary>
    [TorchFact]
    public void TensorFloat32IsSwitchedForTheTimeBeing()
    {
        (bool, bool) before = Switches();
        foreach (bool allowed in new[] { true, false })
        {
            using (new TensorFloat32Scope(allowed))
                Assert.Equal((allowed, allowed), Switches());
            Assert.Equal(before, Switches());
        }

        static (bool Products, bool Convolutions) Switches() =>
            (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32);
    }

    /// <summary>Fits leave nothing behind: memory that grew by even a tenth of the weights of each fit would show.</summary>
    [TorchFact]
    public void FitsLeaveNoMemoryBehind()
    {
        NetworkDefinition network = FeedForward.Create(new(64), 4, [256, 256], batchNorm: true, dropout: 0.1);
        float[] features = Parity.Normal(1, 64 * 64), targets = Parity.Targets(new CrossEntropyLoss(), 64, 4);
        InMemoryTrainingData<float> data = new(network.InputShape, features, targets);
        TorchSharpEngine engine = TestDevice.Engine();
        const int fits = 150;
        Fit(fits);
        // What other threads and the allocator take for themselves is not taken again and again.
        long weights = network.ParameterCount * sizeof(float), grown = long.MaxValue;
        for (int round = 0; round < 3 && grown >= fits / 10 * weights; round++)
        {
            long before = ResidentBytes();
            Fit(fits);
            grown = ResidentBytes() - before;
        }
        Assert.True(grown < fits / 10 * weights, $"{fits} fits with weights of {weights >> 10} KiB left {grown >> 10} KiB.");

        void Fit(int times)
        {
            for (int i = 0; i < times; i++)
            {
                NetworkTrainer.Fit(network, engine, data, null, new TrainingOptions
                {
                    Epochs = 2,
                    BatchSize = 16,
                    Loss = new CrossEntropyLoss(),
                    Optimizer = new Adam(),
                    GradientClipNorm = 1,
                    AverageDecay = 0.9,
                });
            }
        }

        static long ResidentBytes()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return Process.GetCurrentProcess().WorkingSet64;
        }
    }
}
