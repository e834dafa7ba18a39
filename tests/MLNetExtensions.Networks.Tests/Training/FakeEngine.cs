using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Tests;

/// <summary>
/// An engine whose losses a test scripts. Its "training" is a momentum update by the mean of the batch's features, so the weights depend on every
/// batch, its order, its augmentation and the learning rate. It records what it was asked.
/// </summary>
internal sealed class FakeEngine : INetworkEngine
{
    /// <summary>The training loss of a step, counted from 0 over the run; 1 when null.</summary>
    public Func<int, double>? TrainingLoss { get; init; }

    /// <summary>The output of every scored example after a number of steps; 0 when null. With a target of 0, L1Loss makes it the validation loss.</summary>
    public Func<int, float>? Output { get; init; }

    /// <summary>Called before each step.</summary>
    public Action<int>? OnStep { get; init; }

    public List<double> Rates { get; } = [];

    public List<int> BatchSizes { get; } = [];

    public List<float> FirstFeatures { get; } = [];

    /// <summary>The thread's allocated bytes as each step began.</summary>
    public List<long> Allocated { get; } = new(10_000);

    public List<FakeSession> Sessions { get; } = [];

    public string Arithmetic { get; init; } = "fake";

    public string Name => "fake";

    public ITrainingSession CreateTrainingSession(NetworkDefinition network, NetworkWeights weights, TrainingSessionOptions options)
    {
        Rates.EnsureCapacity(10_000);
        BatchSizes.EnsureCapacity(10_000);
        FirstFeatures.EnsureCapacity(10_000);
        FakeSession session = new(this, weights.Clone(), options);
        Sessions.Add(session);
        return session;
    }

    public ICompiledNetwork Compile(NetworkModel model) => new FakeNetwork();

    private sealed class FakeNetwork : ICompiledNetwork
    {
        public IInferenceSession CreateSession(int maxBatchSize) => new FakeScorer();

        public void Dispose()
        {
        }
    }

    private sealed class FakeScorer : IInferenceSession
    {
        public void Run(ReadOnlySpan<float> features, int count, Span<float> outputs) => outputs.Clear();

        public void Dispose()
        {
        }
    }

    internal sealed class FakeSession(FakeEngine engine, NetworkWeights weights, TrainingSessionOptions options) : ITrainingSession
    {
        private readonly float[] _step = [0];
        private readonly float[] _velocity = [0];
        private readonly float[][] _values = [.. weights.Select(pair => pair.Value.Values)];

        public TrainingSessionOptions Options => options;

        public bool IsDisposed { get; private set; }

        public double LossWeight { get; private set; }

        public double TrainStep(in TrainingBatch batch, double learningRate)
        {
            engine.Allocated.Add(GC.GetAllocatedBytesForCurrentThread());
            int step = (int)_step[0];
            engine.OnStep?.Invoke(step);
            engine.Rates.Add(learningRate);
            engine.BatchSizes.Add(batch.Count);
            engine.FirstFeatures.Add(batch.Features[0]);
            LossWeight = batch.Weights.IsEmpty ? batch.Count : 0;
            foreach (float weight in batch.Weights)
                LossWeight += weight;
            double loss = engine.TrainingLoss?.Invoke(step) ?? 1;
            if (!double.IsFinite(loss))
                return loss;
            float mean = 0;
            foreach (float feature in batch.Features)
                mean += feature / batch.Features.Length;
            _velocity[0] = 0.9f * _velocity[0] + mean;
            foreach (float[] values in _values)
            {
                for (int i = 0; i < values.Length; i++)
                    values[i] -= (float)learningRate * _velocity[0];
            }
            _step[0]++;
            return loss;
        }

        public void Infer(ReadOnlySpan<float> features, int count, Span<float> outputs) =>
            outputs.Fill(engine.Output?.Invoke((int)_step[0]) ?? 0);

        public void ReadWeights(NetworkWeights destination) => Copy(weights, destination);

        public void WriteWeights(NetworkWeights source) => Copy(source, weights);

        public NetworkWeights ReadState() => new([
            new("step", new(new(1), [.. _step])),
            new("velocity", new(new(1), [.. _velocity])),
        ]);

        public void WriteState(NetworkWeights state)
        {
            state["step"].Values.CopyTo(_step, 0);
            state["velocity"].Values.CopyTo(_velocity, 0);
        }

        public void ReadOutputs(Span<float> outputs) => outputs.Fill(engine.Output?.Invoke((int)_step[0]) ?? 0);

        public double ComputeGradients(in TrainingBatch batch) => engine.TrainingLoss?.Invoke((int)_step[0]) ?? 1;

        public void ReadGradients(NetworkWeights gradients)
        {
            foreach ((_, WeightTensor tensor) in gradients)
                Array.Clear(tensor.Values);
        }

        public int GradientLength => throw NotScripted();

        public void Forward(ReadOnlySpan<float> features, int count, Span<float> outputs, int part) => throw NotScripted();

        public void Backward(ReadOnlySpan<float> outputGradients, Span<float> inputGradients) => throw NotScripted();

        public bool Update(double learningRate) => throw NotScripted();

        public void ReadGradients(Span<float> gradients) => throw NotScripted();

        public void WriteGradients(ReadOnlySpan<float> gradients) => throw NotScripted();

        public void Dispose() => IsDisposed = true;

        private static InvalidOperationException NotScripted() => new("Not scripted.");

        private static void Copy(NetworkWeights source, NetworkWeights destination)
        {
            foreach ((string name, WeightTensor tensor) in source)
                tensor.Values.CopyTo(destination[name].Values, 0);
        }
    }
}
