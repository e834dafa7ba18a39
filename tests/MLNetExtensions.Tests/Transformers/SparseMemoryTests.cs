using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Transformers;

/// <summary>What wide sparse features take of the process's memory.</summary>
[Collection("memory")]
public sealed class SparseMemoryTests
{
    private const int Rows = 5_000, Width = 100_000, Mebibyte = 1 << 20;

    [Fact]
    public void Training_and_scoring_take_what_the_weights_take()
    {
        // 2 GB as dense numbers, a batch of 256 of them 100 MB. The weights are 6.4 MB, of which training has some copies.
        SparseText text = new(1, Rows, Width);
        IDataView view = text.View("binary");
        MLContext ml = new(seed: 1);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        using Peak peak = new();
        using NeuralNetworkTransformer model = ml.BinaryClassification.Trainers.NeuralNetwork(new()
        {
            Architecture = (shape, outputs) => NetworkDefinition.Build(shape, layers => layers.Linear(16).ReLU().Linear(outputs)),
            Epochs = 2, BatchSize = 256,
            ValidationFraction = 0.2,
        }).Fit(view);
        float[] scores = Values.Floats(model.Transform(view));
        Assert.Equal(Rows, scores.Count(float.IsFinite));
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.True(allocated < 100L * Mebibyte, $"{allocated / Mebibyte} MiB of arrays");
        Assert.True(peak.Bytes < 250L * Mebibyte, $"{peak.Bytes / Mebibyte} MiB more than before");
    }

    /// <summary>The most that the process's working set grew by, looked at every few milliseconds.</summary>
    private sealed class Peak : IDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Thread _watch;
        private readonly long _before = WorkingSet();
        private long _most;

        public Peak()
        {
            _watch = new(() =>
            {
                while (!_end.Token.WaitHandle.WaitOne(2))
                    Volatile.Write(ref _most, Math.Max(_most, WorkingSet() - _before));
            });
            _watch.Start();
        }

        public long Bytes => Volatile.Read(ref _most);

        public void Dispose()
        {
            _end.Cancel();
            _watch.Join();
            _end.Dispose();
        }

        private static long WorkingSet()
        {
            using Process process = Process.GetCurrentProcess();
            return process.WorkingSet64;
        }
    }
}
