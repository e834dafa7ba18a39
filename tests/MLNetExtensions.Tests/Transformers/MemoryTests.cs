using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Transformers;

/// <summary>What models and their readers take of the process's memory.</summary>
[Collection("memory")]
public sealed class MemoryTests : IDisposable
{
    private const int Width = 1000, Mebibyte = 1 << 20;

    /// <summary>1000 × 4000 + 4000 × 4000 + 4000 weights: 80 MB.</summary>
    private static readonly int[] Hidden = [4000, 4000];
    private const double ModelBytes = 4.0 * (Width * 4000 + 4000 * 4000 + 4000 + 8001);

    private readonly TempFolder _folder = new();
    private readonly string _file;
    private readonly TableView _rows;

    public MemoryTests()
    {
        Random random = new(1);
        float[][] rows = [.. Enumerable.Range(0, 64).Select(_ => new float[Width])];
        foreach (float[] row in rows)
            row[0] = random.NextSingle() - 0.5f;
        _rows = new(
            TableColumn.Boolean("Label", rows.Select(row => row[0] > 0)),
            TableColumn.Vector("Features", NumberDataViewType.Single, rows));
        _file = _folder.File("large.zip");
        SaveModel();
        Collect();
    }

    [Fact]
    public void A_hundred_prediction_engines_and_sixteen_cursors_share_the_weights()
    {
        MLContext ml = new();
        long before = Used();
        using NeuralNetworkTransformer model = (NeuralNetworkTransformer)ml.Model.Load(_file, out _);
        List<PredictionEngine<WideRow, RegressionPrediction>> engines = [];
        WideRow row = new() { Features = new float[Width] };
        for (int i = 0; i < 100; i++)
        {
            engines.Add(ml.Model.CreatePredictionEngine<WideRow, RegressionPrediction>(
                model, new PredictionEngineOptions { OwnsTransformer = false }));
            Assert.True(float.IsFinite(engines[^1].Predict(row).Score));
        }
        IDataView scored = model.Transform(_rows);
        DataViewRowCursor[] cursors = [.. Enumerable.Range(0, 16).Select(_ => scored.GetRowCursor(scored.Schema))];
        Parallel.ForEach(cursors, cursor => Assert.True(cursor.MoveNext()));

        Collect();
        double share = (Used() - before) / ModelBytes;
        Assert.True(share <= 2.5, $"{share:F2} times the model's size");
        GC.KeepAlive(row);
        foreach (IDisposable reader in (IDisposable[])[.. engines, .. cursors])
            reader.Dispose();
    }

    [Fact]
    public void Models_that_are_loaded_and_forgotten_dont_pile_up()
    {
        (long before, long held) = (Used(), Held());
        List<long> used = [];
        for (int i = 0; i < 14; i++)
        {
            LoadAndPredict();
            used.Add((Used() - before) / Mebibyte);
        }
        // A model in use is its weights, once more packed, and what was read of the file; the collector is some of them late.
        Assert.True(used.Max() < 7 * ModelBytes / Mebibyte, $"MiB: {string.Join(' ', used)}");
        Collect();
        // Ours to the byte. What the C library keeps of freed memory, some tens of MiB, is its own affair: 14 models were here.
        Assert.Equal(held, Held());
        Assert.True(Used() - before < 2 * ModelBytes, $"{(Used() - before) / Mebibyte} MiB are left");
    }

    [Fact]
    public void A_disposed_model_lets_go_of_its_packed_weights_at_once_and_scores_again()
    {
        MLContext ml = new();
        ITransformer model = ml.Model.Load(_file, out _);
        float[] expected = Values.Floats(model.Transform(_rows));
        Predict(ml, model);
        Collect();
        long scoring = Held();
        ((IDisposable)model).Dispose();
        long disposed = Held();
        Assert.True(scoring - disposed > 0.7 * ModelBytes, $"{(scoring - disposed) / Mebibyte} MiB were freed");
        Assert.Equal(expected, Values.Floats(model.Transform(_rows)));
    }

    public void Dispose() => _folder.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SaveModel()
    {
        MLContext ml = new(seed: 1);
        using NeuralNetworkTransformer model = ml.BinaryClassification.Trainers.NeuralNetwork(
            architecture: (shape, outputs) => FeedForward.Create(shape, outputs, Hidden), numberOfEpochs: 1).Fit(_rows);
        ml.Model.Save(model, _rows.Schema, _file);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LoadAndPredict()
    {
        MLContext ml = new();
        Predict(ml, ml.Model.Load(_file, out _));
    }

    private static void Predict(MLContext ml, ITransformer model) =>
        Assert.True(float.IsFinite(ml.Model.CreatePredictionEngine<WideRow, RegressionPrediction>(model)
            .Predict(new() { Features = new float[Width] }).Score));

    private static void Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>The native memory of weights and sessions: nothing public tells it, and the working set has the C library's
    /// share in it, which may give a new buffer what it kept of an old one.</summary>
    private static long Held() => (long)typeof(NetworkModel).Assembly
        .GetType("MLNetExtensions.Networks.Managed.NativeMemoryBudget", throwOnError: true)!.GetProperty("Used")!.GetValue(null)!;

    private static long Used()
    {
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private sealed class WideRow
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];
    }
}
