using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Reporting;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace Samples;

/// <summary>Trains an image classifier, measures it on images that it never saw, saves it and loads it again.</summary>
public static class ImageExperiment
{
    /// <summary>Runs the whole of it and prints what it finds.</summary>
    /// <param name="train">The images to learn from.</param>
    /// <param name="test">The images to measure with.</param>
    /// <param name="options">The network and its training.</param>
    /// <param name="modelPath">Where the model is saved.</param>
    /// <param name="targetAccuracy">The accuracy below which the sample has failed.</param>
    /// <param name="reportPath">Where a report is written; nowhere when null.</param>
    /// <param name="status">What else to show while the network learns; nothing when null.</param>
    /// <returns>The exit code: 0, or 1 below the target.</returns>
    public static int Run(
        MLContext ml, IDataView train, IDataView test, NeuralNetworkMulticlassTrainer.Options options, string modelPath,
        double targetAccuracy, string? reportPath = null, Func<string>? status = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Console.WriteLine($"{train.GetRowCount()} images to learn from, {test.GetRowCount()} to measure with");
        VectorDataViewType pixels = (VectorDataViewType)train.Schema[options.FeatureColumnName].Type;
        int classes = (int)((KeyDataViewType)train.Schema[options.LabelColumnName].Type).Count;
        Console.WriteLine(options.Architecture!(new([.. pixels.Dimensions]), classes));

        using NeuralNetworkTransformer model = TrainingDisplay.Run(progress =>
        {
            options.Progress = progress;
            return ml.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(train);
        }, status);

        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());

        ml.Model.Save(model, train.Schema, modelPath);
        ITransformer loaded = new MLContext().Model.Load(modelPath, out _);
        bool bitEqual = Scores(model.Transform(test)).SequenceEqual(Scores(loaded.Transform(test)));
        Console.WriteLine(
            $"Saved {modelPath} ({new FileInfo(modelPath).Length / 1024} KiB); loaded again it gives " +
            $"{(bitEqual ? "the same" : "OTHER")} scores.");

        if (reportPath is not null)
            WriteReport(ml, model, options, test, reportPath);

        bool falling = model.History.Take(5).Zip(model.History.Skip(1).Take(4)).All(pair => pair.Second.Loss < pair.First.Loss);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"result accuracy={metrics.MicroAccuracy:F4} log_loss={metrics.LogLoss:F4} epochs={model.History.Count} " +
            $"loss_falls={(falling ? "true" : "false")} bit_equal={(bitEqual ? "true" : "false")} " +
            $"peak_mib={Process.GetCurrentProcess().PeakWorkingSet64 >> 20} seconds={watch.Elapsed.TotalSeconds:F1}"));
        return metrics.MicroAccuracy >= targetAccuracy && bitEqual ? 0 : 1;
    }

    private static void WriteReport(
        MLContext ml, NeuralNetworkTransformer model, NeuralNetworkMulticlassTrainer.Options options, IDataView test, string path)
    {
        new HtmlReport("Image classification")
            .AddMulticlassClassification(ml, model.Transform(test), options.LabelColumnName, options.FeatureColumnName)
            .AddTraining(model.History)
            .AddNetwork(model.Model.Definition)
            .AddOptions(options)
            .AddEnvironment()
            .Save(path);
        Console.WriteLine($"Report: {path}");
    }

    private static IEnumerable<float> Scores(IDataView scored) => scored.GetColumn<float[]>("Score").SelectMany(row => row);
}
