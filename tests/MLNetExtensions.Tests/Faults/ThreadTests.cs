using System.Collections.Concurrent;
using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Faults;

/// <summary>Many threads: the same results as one.</summary>
public sealed class ThreadTests
{
    private const int Threads = 16;

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void One_model_scores_for_many_at_once(string task)
    {
        TaskCase @case = TaskCase.All[task];
        Points points = new(9, 200);
        string expected = Values.Bits(Predictions.ByTransform(@case.Model, points));
        string[] found = OnThreads(_ => Values.Bits(Predictions.ByTransform(@case.Model, points)));
        Assert.All(found, bits => Assert.Equal(expected, bits));
    }

    /// <summary>Four engines for sixteen threads, each rented for a row, as a web service rents them for a request.</summary>
    [Fact]
    public void Prediction_engines_in_a_pool_under_load()
    {
        const int Engines = 4, Rounds = 20;
        MLContext ml = new();
        TaskCase @case = TaskCase.All["binary"];
        Points points = new(9, 50);
        string expected = Values.Bits(Predictions.ByEngine(ml, @case.Model, points));
        using BlockingCollection<PredictionEngine<PointRow, BinaryPrediction>> pool = [];
        for (int i = 0; i < Engines; i++)
            pool.Add(ml.Model.CreatePredictionEngine<PointRow, BinaryPrediction>(@case.Model));
        string[][] found = OnThreads(_ => Enumerable.Range(0, Rounds).Select(_ => Values.Bits(
            [.. points.Features.SelectMany(Predict)])).ToArray());
        Assert.All(found.SelectMany(rounds => rounds), bits => Assert.Equal(expected, bits));
        foreach (PredictionEngine<PointRow, BinaryPrediction> engine in pool)
            engine.Dispose();

        float[] Predict(float[] row)
        {
            PredictionEngine<PointRow, BinaryPrediction> engine = pool.Take();
            BinaryPrediction said = engine.Predict(new() { Features = row });
            pool.Add(engine);
            return [said.Score, said.Probability, said.PredictedLabel ? 1 : 0];
        }
    }

    [Fact]
    public void Models_trained_at_once_are_those_trained_one_after_the_other()
    {
        string[] tasks = ["binary", "regression"];
        string[] expected = [.. tasks.Select(Train)];
        string[] found = OnThreads(i => Train(tasks[i % 2]), 4);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(expected[i % 2], found[i]);

        static string Train(string task)
        {
            TaskCase @case = TaskCase.All[task];
            using NeuralNetworkTransformer model =
                @case.Trainer(new MLContext(1), options => options.Epochs = 3).Fit(@case.Train);
            return string.Join(' ', model.Model.Weights.Select(pair =>
                string.Join(',', pair.Value.Values.Select(BitConverter.SingleToInt32Bits))));
        }
    }

    private static T[] OnThreads<T>(Func<int, T> run, int count = Threads)
    {
        T[] results = new T[count];
        ConcurrentQueue<Exception> failures = [];
        using Barrier together = new(count);
        Thread[] threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            try
            {
                together.SignalAndWait();
                results[i] = run(i);
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.Empty(failures);
        return results;
    }
}
