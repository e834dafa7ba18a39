using System.Diagnostics;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Tests.Training;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>Sparse rows give, to the bit, what the same rows give with their zeros.</summary>
public class SparseRowsTests
{
    private const int Width = 1003;

    private static readonly Dictionary<string, NetworkDefinition> Networks = new()
    {
        ["linear"] = NetworkDefinition.Build(new(Width), b => b.Linear(1)),
        ["hidden"] = NetworkDefinition.Build(new(Width), b => b.Linear(37).ReLU().Linear(1)),
        ["no bias"] = NetworkDefinition.Build(new(Width), b => b.Linear(20, bias: false).BatchNorm1d().Tanh().Linear(1)),
        ["branches"] = NetworkDefinition.Build(new(Width), b => b
            .Flatten().Concat(x => x.Linear(17).ReLU6(), x => x.Linear(5)).Dropout(0.3).Linear(1)),
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (SimdLevel level in SimdLevels.Supported)
            {
                foreach (string name in Networks.Keys)
                    data.Add(name, level.ToString());
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Training_is_the_same_to_the_bit_on_any_number_of_threads(string name, string level)
    {
        SparseExamples examples = new(45, Width, 20);
        float[][] dense = Train(Networks[name], examples, level, threads: 1, sparse: false);
        foreach (int threads in new[] { 1, 2, 3 })
            Assert.Equal(dense, Train(Networks[name], examples, level, threads, sparse: true));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Scores_are_the_same_to_the_bit_in_sessions_of_any_size(string name, string level)
    {
        SparseExamples examples = new(45, Width, 20);
        NetworkModel model = new(Networks[name], SessionFactory.Weights(Networks[name]));
        foreach (int batchSize in new[] { 1, 2, 45 })
        {
            using IInferenceSession session = SessionFactory.Infer(model, batchSize, Enum.Parse<SimdLevel>(level), threads: 2);
            Assert.True(session.TakesSparseRows);
            float[] dense = new float[45], sparse = new float[45];
            for (int start = 0; start < 45; start += batchSize)
            {
                int count = Math.Min(batchSize, 45 - start);
                // In turn, so that neither finds what the other left.
                session.Run(examples.Rows.Slice(start, count), sparse.AsSpan(start, count));
                session.Run(examples.Dense.AsSpan(start * Width, count * Width), count, dense.AsSpan(start, count));
            }
            Assert.Equal(dense, sparse);
            Assert.Equal(45 - 1, sparse.Distinct().Count(score => score != sparse[1]));
        }
    }

    [Fact]
    public void The_gradients_of_frozen_and_of_half_frozen_layers_are_right_too()
    {
        SparseExamples examples = new(45, Width, 20);
        foreach (string frozen in new[] { "0.weight", "0.bias", "2.weight" })
        {
            float[][] dense = Train(Networks["hidden"], examples, "", 1, sparse: false, frozen);
            Assert.Equal(dense, Train(Networks["hidden"], examples, "", 2, sparse: true, frozen));
        }
    }

    [Fact]
    public void Double_gradients_are_those_of_the_dense_rows()
    {
        NetworkDefinition network = Networks["hidden"];
        SparseExamples examples = new(20, Width, 20);
        double[] Gradients(bool sparse)
        {
            using ManagedTrainingSession<double> session =
                SessionFactory.Train<double>(network, SessionFactory.Weights(network), SessionFactory.Options(20), threads: 2);
            session.ComputeGradients(Batch(examples, sparse));
            return [.. network.Parameters.SelectMany(spec => session.Gradient(spec.Name).ToArray())];
        }
        double[] dense = Gradients(sparse: false);
        Assert.Equal(dense, Gradients(sparse: true));
        Assert.Contains(dense, gradient => Math.Abs(gradient) > 1e-3);
    }

    [Fact]
    public void Networks_that_begin_with_anything_else_take_dense_rows()
    {
        foreach (NetworkDefinition network in new[]
        {
            NetworkDefinition.Build(new(8), b => b.BatchNorm1d().Linear(1)),
            NetworkDefinition.Build(new(8), b => b.Normalize([0.5f], [2]).Linear(1)),
            NetworkDefinition.Build(new(8), b => b.ReLU().Linear(1)),
            NetworkDefinition.Build(new(2, 4), b => b.Linear(3).Flatten().Linear(1)),
            NetworkDefinition.Build(new(8), b => b.Concat(x => x.Linear(8), x => { }).Linear(1)),
        })
        {
            NetworkWeights weights = NetworkWeights.Initialize(network, 1);
            using ITrainingSession training =
                new ManagedEngine().CreateTrainingSession(network, weights, SessionFactory.Options(4));
            using IInferenceSession scoring = new ManagedEngine().CreateInferenceSession(new(network, weights), 4);
            Assert.False(training.TakesSparseRows);
            Assert.False(scoring.TakesSparseRows);
            Assert.Contains("dense rows only", Assert.Throws<NotSupportedException>(
                () => training.TrainStep(new(new SparseRows(8, [0, 1, 1], [3], [1]), [1, 1]), 0.1)).Message);
            Assert.Throws<NotSupportedException>(() => training.Infer(new SparseRows(8, [0, 1], [3], [1]), new float[1]));
            Assert.Throws<NotSupportedException>(() => scoring.Run(new SparseRows(8, [0, 1], [3], [1]), new float[1]));
        }
    }

    [Fact]
    public void Broken_rows_are_refused()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(8), b => b.Linear(1));
        using IInferenceSession session =
            new ManagedEngine().CreateInferenceSession(new(network, NetworkWeights.Initialize(network, 1)), 4);
        Check("The rows have 9 values, but the network takes 8", () => Run(new(9, [0, 1], [3], [1])));
        Check("ascend from 0 to 7; 8 does not", () => Run(new(8, [0, 1], [8], [1])));
        Check("ascend from 0 to 7; -1 does not", () => Run(new(8, [0, 1], [-1], [1])));
        Check("The indices of row 1 ascend from 0 to 7; 2 does not", () => Run(new(8, [0, 1, 3], [3, 2, 2], [1, 1, 1])));
        Check("Row 0 goes from 0 to 2 of 1 values", () => Run(new(8, [0, 2], [3], [1])));
        Check("Row 0 goes from 1 to 0", () => Run(new(8, [1, 0], [3], [1])));
        Check("2 indices for 1 values", () => Run(new(8, [0, 1], [3, 4], [1])));

        void Run(SparseRows rows) => session.Run(rows, new float[rows.Count]);

        static void Check(string message, Action call) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(call).Message);
    }

    [Fact]
    public void A_sparse_first_layer_costs_a_small_part_of_a_dense_one()
    {
        // 10 of 100,000 values: the dense product has 10,000 times as many multiplications. Measured: some 40 times the time.
        const int Wide = 100_000, Count = 32;
        NetworkDefinition network = NetworkDefinition.Build(new(Wide), b => b.Linear(64).ReLU().Linear(1));
        SparseExamples examples = new(Count, Wide, 10);
        using ITrainingSession session = new ManagedEngine().CreateTrainingSession(
            network, NetworkWeights.Initialize(network, 1), SessionFactory.Options(Count));
        float[] scores = new float[Count];
        TimeSpan sparse = Fastest(() => session.Infer(examples.Rows, scores));
        TimeSpan dense = Fastest(() => session.Infer(examples.Dense, Count, scores));
        Assert.True(dense > 4 * sparse, $"dense {dense.TotalMilliseconds:F2} ms, sparse {sparse.TotalMilliseconds:F2} ms");

        static TimeSpan Fastest(Action run) => Enumerable.Range(0, 20).Min(_ =>
        {
            long started = Stopwatch.GetTimestamp();
            run();
            return Stopwatch.GetElapsedTime(started);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_step_allocates_nothing(int threads)
    {
        NetworkDefinition network = Networks["hidden"];
        SparseExamples few = new(45, Width, 5), many = new(45, Width, 20);
        using ITrainingSession session = new ManagedEngine(threads).CreateTrainingSession(
            network, NetworkWeights.Initialize(network, 1), SessionFactory.Options(45));
        float[] scores = new float[45];
        StepAndInfer(many);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            StepAndInfer(i % 2 == 0 ? few : many);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void StepAndInfer(SparseExamples examples)
        {
            session.TrainStep(new(examples.Rows, examples.Targets), 0.01);
            session.Infer(examples.Rows, scores);
        }
    }

    [Fact]
    public void A_graph_has_no_memory_for_dense_rows_before_they_come()
    {
        const int Wide = 100_000;
        NetworkDefinition network = NetworkDefinition.Build(new(Wide), b => b.Linear(4).ReLU().Linear(1));
        using WorkerPool pool = new(1);
        ManagedRuntime<float> runtime = new(SimdLevels.Best, pool);
        using ParameterStore<float> store = new(new ParameterLayout(network, new HashSet<string>()));
        using LayerGraph<float> train = GraphBuilder<float>.Train(network, runtime, store, 4, 1, toInputs: false);
        using LayerGraph<float> score = GraphBuilder<float>.Score(network, runtime, store, 4);
        using LayerGraph<float>? one = GraphBuilder<float>.ScoreOne(network, runtime, store);
        foreach (LayerGraph<float> graph in new[] { train, score, one! })
        {
            Assert.True(graph.TakesSparseRows);
            Assert.True(graph.Bytes < 10_000, $"{graph.Bytes} bytes");
            Assert.Single(graph.Inputs);
            Assert.True(graph.Bytes > 4 * Wide);
        }
    }

    private static float[][] Train(
        NetworkDefinition network, SparseExamples examples, string level, int threads, bool sparse, params string[] frozen)
    {
        NetworkWeights weights = SessionFactory.Weights(network);
        TrainingSessionOptions options = SessionFactory.Options(examples.Targets.Length, optimizer: new Adam()) with
        {
            Frozen = frozen.ToHashSet(), GradientClipNorm = 1, AverageDecay = 0.5,
        };
        using ManagedTrainingSession<float> session =
            SessionFactory.Train<float>(network, weights, options, level == "" ? null : Enum.Parse<SimdLevel>(level), threads);
        Assert.True(session.TakesSparseRows);
        float[] losses = [.. Enumerable.Range(0, 3).Select(_ => (float)session.TrainStep(Batch(examples, sparse), 0.01))];
        float[] scores = new float[examples.Targets.Length];
        if (sparse)
            session.Infer(examples.Rows, scores);
        else
            session.Infer(examples.Dense, scores.Length, scores);
        session.ReadWeights(weights);
        return [losses, scores, .. weights.Select(pair => pair.Value.Values)];
    }

    private static TrainingBatch Batch(SparseExamples examples, bool sparse) => sparse
        ? new(examples.Rows, examples.Targets)
        : new(examples.Targets.Length, examples.Dense, examples.Targets);
}
