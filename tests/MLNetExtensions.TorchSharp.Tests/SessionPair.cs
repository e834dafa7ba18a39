using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>A training session on the managed engine and one on libtorch, which start from the same weights and see the same
/// batch.</summary>
internal sealed class SessionPair : IDisposable
{
    private static readonly WorkerPool Threads = new(Environment.ProcessorCount);

    private readonly ITrainingSession _managed, _torch;
    private readonly NetworkWeights _weights;
    private readonly double _tolerance, _lossTolerance, _learningRate;
    private readonly int _count, _outputSize;
    private readonly float[] _features, _targets, _exampleWeights;
    private int _steps;

    private SessionPair(
        NetworkDefinition network, TrainingSessionOptions options, NetworkWeights weights, bool weighted,
        ITrainingSession managed, ITrainingSession torch, double learningRate, double tolerance, double lossTolerance,
        int seed = 11)
    {
        (_managed, _torch, _weights) = (managed, torch, weights);
        (_tolerance, _lossTolerance, _learningRate) = (tolerance, lossTolerance, learningRate);
        (_count, _outputSize) = (options.BatchSize, (int)network.OutputShape.Size);
        _features = Networks.Tests.Examples.Of(network, _count, seed);
        _targets = Parity.Targets(options.Loss, _count, network.OutputLayout);
        _exampleWeights = weighted ? [.. Enumerable.Range(0, _count).Select(i => i % 4 * 0.5f + 0.25f)] : [];
    }

    /// <summary>Sessions as users get them.</summary>
    public static SessionPair OfSingle(
        NetworkDefinition network, TrainingSessionOptions options, double learningRate, NetworkWeights? weights = null,
        bool weighted = false, int seed = 11)
    {
        weights ??= Parity.Weights(network);
        return new(
            network, options, weights, weighted,
            ManagedEngine.Default.CreateTrainingSession(network, weights, options),
            TestDevice.Engine().CreateTrainingSession(network, weights, options),
            learningRate, Parity.Tolerance, Parity.Tolerance, seed);
    }

    /// <summary>The same code in Double, where rounding is too small to matter. What is read of it is Single, but for the
    /// loss.</summary>
    public static SessionPair OfDouble(
        NetworkDefinition network, TrainingSessionOptions options, double learningRate, NetworkWeights weights,
        bool weighted = false) => new(
        network, options, weights, weighted,
        new ManagedTrainingSession<double>(network, weights, options, new(SimdLevels.Best, Threads)),
        new TorchSharpTrainingSession<double>(network, weights, options, new(Libtorch.Open(TestDevice.Name))),
        learningRate, tolerance: 1e-6, lossTolerance: 1e-9);

    /// <summary>Compares the scores of the batch.</summary>
    public void CompareOutputs()
    {
        Parity.Equal($"outputs after {_steps} steps", Infer(_managed), Infer(_torch), _tolerance);

        float[] Infer(ITrainingSession session)
        {
            float[] outputs = new float[_count * _outputSize];
            session.Infer(_features, _count, outputs);
            return outputs;
        }
    }

    /// <summary>Compares the loss of the batch and its gradients.</summary>
    public void CompareGradients()
    {
        ComputeGradients();
        Compare("gradient", (session, gradients) => session.ReadGradients(gradients));
    }

    /// <summary>Compares the loss of the batch and says how far its gradients are from each other.</summary>
    public double GradientError()
    {
        ComputeGradients();
        (NetworkWeights expected, NetworkWeights actual) = Read((session, gradients) => session.ReadGradients(gradients));
        return Parity.Worst(expected, actual).Error;
    }

    /// <summary>Compares the gradients of the inputs for some gradient of the outputs.</summary>
    public void CompareInputGradients()
    {
        float[] slopes = Parity.Normal(13, _count * _outputSize);
        Parity.Equal($"input gradients after {_steps} steps", Of(_managed), Of(_torch), _tolerance);

        float[] Of(ITrainingSession session)
        {
            float[] outputs = new float[slopes.Length], gradients = new float[_features.Length];
            session.Forward(_features, _count, outputs);
            session.Backward(slopes, gradients);
            return gradients;
        }
    }

    /// <summary>Takes a step; the last one is on fewer examples, as the last batch of an epoch.</summary>
    public void Step(bool isLast = false)
    {
        _steps++;
        int count = isLast ? Math.Max(2, _count - 1) : _count;
        CompareLosses(_managed.TrainStep(Batch(count), _learningRate), _torch.TrainStep(Batch(count), _learningRate));
    }

    /// <summary>Compares weights and buffers.</summary>
    public void CompareWeights() => Compare("weights", (session, weights) => session.ReadWeights(weights));

    /// <summary>Lets the session on libtorch go on from where the managed one is.</summary>
    public void Resynchronize()
    {
        NetworkWeights weights = _weights.Clone();
        _managed.ReadWeights(weights);
        _torch.WriteWeights(weights);
        _torch.WriteState(_managed.ReadState());
    }

    public void Dispose()
    {
        _managed.Dispose();
        _torch.Dispose();
    }

    private TrainingBatch Batch(int count) => new(
        count,
        _features.AsSpan(0, _features.Length / _count * count),
        _targets.AsSpan(0, _targets.Length / _count * count),
        _exampleWeights.Length == 0 ? [] : _exampleWeights.AsSpan(0, count));

    private void CompareLosses(double expected, double actual)
    {
        Assert.True(
            Math.Abs(expected - actual) <= _lossTolerance * Math.Max(Math.Abs(expected), 1e-30),
            $"loss of step {_steps}: {expected:r} and {actual:r}");
        Assert.Equal(_managed.LossWeight, _torch.LossWeight, 1e-12 * _managed.LossWeight);
    }

    private void ComputeGradients() =>
        CompareLosses(_managed.ComputeGradients(Batch(_count)), _torch.ComputeGradients(Batch(_count)));

    private void Compare(string what, Action<ITrainingSession, NetworkWeights> read)
    {
        (NetworkWeights expected, NetworkWeights actual) = Read(read);
        Parity.Equal($"{what} after {_steps} steps,", expected, actual, _tolerance);
    }

    private (NetworkWeights Managed, NetworkWeights Torch) Read(Action<ITrainingSession, NetworkWeights> read)
    {
        (NetworkWeights managed, NetworkWeights torch) = (_weights.Clone(), _weights.Clone());
        read(_managed, managed);
        read(_torch, torch);
        return (managed, torch);
    }
}
