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

    [Fact]
    public void Prediction_engines_in_a_pool_under_load()
    {
        MLContext ml = new();
        TaskCase @case = TaskCase.All["binary"];
        Points points = new(9, 50);
        string expected = Values.Bits(Predictions.ByEngine(ml, @case.Model, points));
        ConcurrentBag<MLContext> pool = [.. Enumerable.Range(0, 4).Select(_ => new MLContext())];
        string[] found = OnThreads(_ =>
        {
            string bits = "";
            for (int round = 0; round < 5; round++)
            {
                MLContext rented = pool.TryTake(out MLContext? idle) ? idle : new();
                bits = Values.Bits(Predictions.ByEngine(rented, @case.Model, points));
                pool.Add(rented);
            }
            return bits;
        });
        Assert.All(found, bits => Assert.Equal(expected, bits));
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
            using NeuralNetworkTransformer model = @case.Trainer(new MLContext(1), options => options.Epochs = 3).Fit(@case.Train);
            return string.Join(' ', model.Model.Weights.Select(pair => string.Join(',', pair.Value.Values.Select(BitConverter.SingleToInt32Bits))));
        }
    }

    private static string[] OnThreads(Func<int, string> run, int count = Threads)
    {
        string[] results = new string[count];
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
