using System.Diagnostics;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.TorchSharp;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.CudaKit;

/// <summary>
/// Images per second in training and scoring, on CIFAR-10's shapes. Each step takes its images from main memory, and brings the
/// loss or the scores back, as a user's program does. The networks, a batch and its scores are written beside the results, for the
/// script that measures the same in Python and first compares its scores with these.
/// </summary>
/// <param name="device">Where to compute.</param>
/// <param name="batchSize">The images of one step.</param>
/// <param name="rounds">How often each is measured; the median counts.</param>
/// <param name="seconds">How long a round takes at least.</param>
/// <param name="folder">Where the results go.</param>
internal sealed class Throughput(string device, int batchSize, int rounds, double seconds, string folder)
{
    private const int Classes = 10, WarmUpSteps = 10;

    private static readonly TensorShape Image = new(3, 32, 32);

    private static readonly (string Name, NetworkDefinition Network)[] Networks =
        [("SimpleCnn", SimpleCnn.Create(Classes, Image)), ("ResNet-18", ResNet.Create(18, Classes, Image))];

    private readonly ResultFile _results = new(folder, "ours");
    private readonly float[] _images = Normal(batchSize * (int)Image.Size);
    private readonly float[] _labels = [.. Enumerable.Range(0, batchSize).Select(i => (float)(i % Classes))];
    private readonly float[] _scores = new float[batchSize * Classes];

    /// <summary>Measures all of it.</summary>
    public void Run()
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, NetworkDefinition network) in Networks)
        {
            NetworkModel model = new(network, NetworkWeights.Initialize(network, seed: 1));
            foreach ((string precision, TorchSharpEngine engine) in Engines())
            {
                double scoring = Score(engine, model);
                if (engine is { AllowTensorFloat32: false, MixedPrecision: false })
                    Save(name, model);
                _results.Add($"{name}, training, {precision}, images/s", Train(engine, model));
                _results.Add($"{name}, scoring, {precision}, images/s", scoring);
            }
        }
    }

    private IEnumerable<(string Precision, TorchSharpEngine Engine)> Engines()
    {
        yield return ("float32", new(device));
        // The processor does not know it.
        if (device != "cpu")
            yield return ("TensorFloat-32", new(device, allowTensorFloat32: true));
        yield return ("bfloat16", new(device, mixedPrecision: true));
    }

    private double Train(TorchSharpEngine engine, NetworkModel model)
    {
        TrainingSessionOptions options = new(batchSize, new CrossEntropyLoss(), new Sgd(Momentum: 0.9), Seed: 1);
        using ITrainingSession session = engine.CreateTrainingSession(model.Definition, model.Weights, options);
        return Measure(() => session.TrainStep(new(batchSize, _images, _labels), learningRate: 1e-3));
    }

    private double Score(TorchSharpEngine engine, NetworkModel model)
    {
        using IInferenceSession session = engine.CreateInferenceSession(model, batchSize);
        return Measure(() => session.Run(_images, batchSize, _scores));
    }

    /// <summary>Images per second.</summary>
    private double Measure(Action step)
    {
        for (int i = 0; i < WarmUpSteps; i++)
            step();
        double[] speeds = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            int steps = 0;
            do
            {
                step();
                steps++;
            }
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
            speeds[round] = steps * batchSize / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        Array.Sort(speeds);
        return speeds[rounds / 2];
    }

    private void Save(string name, NetworkModel model)
    {
        model.Save(Path.Combine(folder, name + ".safetensors"));
        SafeTensors.Save(Path.Combine(folder, name + ".batch.safetensors"), new(
        [
            new("images", new(new(batchSize, (int)Image.Size), _images)),
            new("labels", new(new(batchSize), _labels)),
            new("scores", new(new(batchSize, Classes), _scores)),
        ]));
    }

    private static float[] Normal(int count)
    {
        float[] values = new float[count];
        new NormalInitializer(1).Fill(values, new Random(2));
        return values;
    }
}
