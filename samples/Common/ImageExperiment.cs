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
    /// <param name="output">What is written, and what must be reached.</param>
    /// <param name="status">What else to show while the network learns; nothing when null.</param>
    /// <returns>The exit code: 0, or 1 below the target.</returns>
    public static int Run(
        MLContext ml, IDataView train, IDataView test, NeuralNetworkMulticlassTrainer.Options options,
        ExperimentOutput output, Func<string>? status = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Console.WriteLine($"{Count(train)} images to learn from, {Count(test)} to measure with");
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

        ml.Model.Save(model, train.Schema, output.ModelPath);
        ITransformer loaded = new MLContext().Model.Load(output.ModelPath, out _);
        bool bitEqual = Scores(model.Transform(test)).SequenceEqual(Scores(loaded.Transform(test)));
        Console.WriteLine(
            $"Saved {output.ModelPath} ({new FileInfo(output.ModelPath).Length / 1024} KiB); loaded again it gives " +
            $"{(bitEqual ? "the same" : "OTHER")} scores.");

        if (output.ReportPath is { } reportPath)
            WriteReport(ml, model, options, test, reportPath);
        if (output.PicturePath is { } picturePath)
        {
            PredictionSheet.Of(model.Transform(test), options.LabelColumnName, options.FeatureColumnName).Save(picturePath);
            Console.WriteLine($"Right and wrong predictions, a column for each true class: {picturePath}");
        }

        bool falling = model.History.Take(5).Zip(model.History.Skip(1).Take(4)).All(pair => pair.Second.Loss < pair.First.Loss);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"result accuracy={metrics.MicroAccuracy:F4} log_loss={metrics.LogLoss:F4} epochs={model.History.Count} " +
            $"loss_falls={(falling ? "true" : "false")} bit_equal={(bitEqual ? "true" : "false")} " +
            $"peak_mib={Process.GetCurrentProcess().PeakWorkingSet64 >> 20} seconds={watch.Elapsed.TotalSeconds:F1}"));
        return metrics.MicroAccuracy >= output.TargetAccuracy && bitEqual ? 0 : 1;
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

    private static long Count(IDataView data) => data.GetRowCount() ?? data.GetColumn<uint>("Label").LongCount();

    private static IEnumerable<float> Scores(IDataView scored) => scored.GetColumn<float[]>("Score").SelectMany(row => row);
}
