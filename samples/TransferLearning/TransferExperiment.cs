using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Samples.TransferLearning;

/// <summary>Three ways to classify images by what a network learned from others, in the same folds: a new last layer; the same and
/// the last stage tuned with it; and ML.NET's own featurizer with its linear trainer.</summary>
internal sealed class TransferExperiment(string folder, Backbone backbone, int folds)
{
    private const string Label = "Label", Pixels = "Pixels", DnnFeatures = "DnnFeatures", ImagePath = "ImagePath";

    /// <summary>Epochs of the new layer alone, and of the last stage with it.</summary>
    private const int HeadEpochs = 20, TunedEpochs = 12;

    private readonly MLContext _ml = new(seed: 1);

    /// <summary>Measures the three ways, and saves the tuned network with its preparation of images.</summary>
    /// <returns>The exit code: 0 where the new layer is at least as good as ML.NET's way, and tuning better than that; else
    /// 1.</returns>
    public int Run(string modelPath, string? picturePath)
    {
        Stopwatch watch = Stopwatch.StartNew();
        IDataView images = _ml.Data.LoadFromImageFolder(folder);
        // Nothing here learns, so it is done once for all folds. Photographs as bytes take 150 kB each.
        IDataView prepared = _ml.Data.Cache(
            Preparation().Append(MLNetFeatures()).Fit(images).Transform(images), Label, Pixels, DnnFeatures, ImagePath);
        int classes = (int)((KeyDataViewType)prepared.Schema[Label].Type).Count;
        Console.WriteLine($"{prepared.GetColumn<uint>(Label).Count()} images of {classes} classes, {folds} folds");

        PredictionSheet sheet = new(classes);
        List<(double MLNet, double Head, double Tuned)> accuracies = [];
        foreach (DataOperationsCatalog.TrainTestData fold in _ml.Data.CrossValidationSplit(prepared, folds, seed: 1))
        {
            double mlnet = Accuracy(MLNetTrainer().Fit(fold.TrainSet).Transform(fold.TestSet));
            double head = Accuracy(Trainer(isTuned: false).Fit(fold.TrainSet).Transform(fold.TestSet));
            IDataView scored = Trainer(isTuned: true).Fit(fold.TrainSet).Transform(fold.TestSet);
            accuracies.Add((mlnet, head, Accuracy(scored)));
            AddTo(sheet, scored);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"fold {accuracies.Count}: ML.NET {mlnet:P1}, new last layer {head:P1}, tuned {accuracies[^1].Tuned:P1}"));
        }

        ITransformer model = Preparation().Append(Trainer(isTuned: true)).Fit(images);
        _ml.Model.Save(model, images.Schema, modelPath);
        Console.WriteLine($"Saved {modelPath}: it takes images of any size.");
        if (picturePath is not null)
        {
            sheet.Save(picturePath);
            Console.WriteLine($"Right and wrong predictions of the tuned networks, a column for each true class: {picturePath}");
        }
        double meanMLNet = accuracies.Average(fold => fold.MLNet), meanHead = accuracies.Average(fold => fold.Head);
        double meanTuned = accuracies.Average(fold => fold.Tuned);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"result mlnet={meanMLNet:F4} head={meanHead:F4} tuned={meanTuned:F4} folds={folds} " +
            $"seconds={watch.Elapsed.TotalSeconds:F1}"));
        return meanHead >= meanMLNet && meanTuned > meanHead ? 0 : 1;
    }

    /// <summary>Images to the bytes that the network takes.</summary>
    private EstimatorChain<ImagePixelExtractingTransformer> Preparation() =>
        _ml.Transforms.ResizeImages("Resized", backbone.Input[2], backbone.Input[1], "Image")
            .Append(_ml.Transforms.ExtractPixels(
                Pixels, "Resized", orderOfExtraction: backbone.Order, outputAsFloatArray: false));

    /// <summary>Images to features by ML.NET's own ResNet-18 on ONNX Runtime.</summary>
    private IEstimator<ITransformer> MLNetFeatures() =>
        _ml.Transforms.ResizeImages("ForMLNet", 224, 224, "Image")
            .Append(_ml.Transforms.ExtractPixels("ColourPlanes", "ForMLNet"))
            .Append(_ml.Transforms.DnnFeaturizeImage(
                DnnFeatures, model => model.ModelSelector.ResNet18(_ml, model.OutputColumn, model.InputColumn), "ColourPlanes"));

    private IEstimator<ITransformer> MLNetTrainer() =>
        _ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(Label, DnnFeatures);

    private NeuralNetworkMulticlassTrainer Trainer(bool isTuned)
    {
        // Small steps for what was learned from a million images; its batch normalisations stay as they are. The last stage is
        // more than enough to learn a few hundred images by heart, so it sees them mirrored, too.
        HashSet<string> tuned = [.. isTuned ? backbone.LastStage : []];
        return _ml.MulticlassClassification.Trainers.NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options
        {
            LabelColumnName = Label,
            FeatureColumnName = Pixels,
            Architecture = (_, classes) => backbone.For(classes),
            InputShape = backbone.Input,
            InitialWeights = backbone.Model.Weights,
            Epochs = HeadEpochs + (isTuned ? TunedEpochs : 0),
            BatchSize = 16,
            LearningRate = 1e-3,
            Optimizer = new AdamW(),
            Augmentations = isTuned ? [new RandomHorizontalFlip()] : [],
            Frozen = [.. backbone.Model.Definition.Nodes.Select(node => node.Name).Where(HasParameters).Except(tuned)],
            FrozenEpochs = tuned.ToDictionary(name => name, _ => HeadEpochs),
            LearningRateFactors = tuned.ToDictionary(name => name, _ => 0.1),
            Seed = 1,
        });
    }

    private bool HasParameters(string node) => backbone.Model.Definition.ParametersOf(node).Any();

    private double Accuracy(IDataView scored) => _ml.MulticlassClassification.Evaluate(scored, Label).MicroAccuracy;

    private static void AddTo(PredictionSheet sheet, IDataView scored)
    {
        uint[] labels = [.. scored.GetColumn<uint>(Label)], predicted = [.. scored.GetColumn<uint>("PredictedLabel")];
        string[] paths = [.. scored.GetColumn<string>(ImagePath)];
        for (int i = 0; i < labels.Length; i++)
            sheet.Add((int)labels[i] - 1, (int)predicted[i] - 1, () => Image.Load<Rgb24>(paths[i]));
    }
}
