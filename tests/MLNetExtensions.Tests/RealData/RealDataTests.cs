using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.RealData;

/// <summary>Data sets that people know: the folder of MLNETEXT_DATA.</summary>
public sealed class RealDataTests
{
    private const string Diabetes = "tabular/diabetes.csv", Images = "mnist/train-images-idx3-ubyte.gz",
        Labels = "mnist/train-labels-idx1-ubyte.gz";

    [RealDataFact(Diabetes)]
    public void Diabetes_in_ten_folds()
    {
        MLContext ml = new(seed: 1);
        IDataView table = ml.Data.LoadFromTextFile(
            RealDataFactAttribute.PathOf(Diabetes),
            [new("Values", DataKind.Single, 0, 7), new("Label", DataKind.Boolean, 8)], separatorChar: ',', hasHeader: true);
        // Glucose to BMI are never 0: that says missing.
        IEstimator<ITransformer> pipeline = ml.Transforms.CustomMapping<Patient, Findings>(
                (from, to) => to.Features =
                    [.. from.Values.Select((value, slot) => slot is >= 1 and <= 5 && value == 0 ? float.NaN : value)], null)
            .Append(ml.Transforms.ReplaceMissingValues(
                "Features", replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean))
            .Append(ml.Transforms.NormalizeMeanVariance("Features", fixZero: false))
            .Append(ml.BinaryClassification.Trainers.NeuralNetwork(new()
            {
                Architecture = (shape, outputs) => FeedForward.Create(shape, outputs, [32], new SiLU(), dropout: 0.3),
                Training = new() { Epochs = 30, Optimizer = new AdamW(5e-3, WeightDecay: 0.3), Schedule = new CosineSchedule() },
            }));
        var folds = ml.BinaryClassification.CrossValidateNonCalibrated(table, pipeline, 10);
        double auc = folds.Average(fold => fold.Metrics.AreaUnderRocCurve);
        Assert.True(auc >= 0.83, $"mean AUC {auc}");
    }

    [RealDataFact(Images, Labels)]
    public void A_few_hundred_digits()
    {
        MLContext ml = new(seed: 1);
        IDataView images = ml.Data.LoadFromIdxFiles(RealDataFactAttribute.PathOf(Images), RealDataFactAttribute.PathOf(Labels));
        IDataView train = ml.Data.TakeRows(images, 500), test = ml.Data.TakeRows(ml.Data.SkipRows(images, 500), 300);
        NeuralNetworkTransformer model = ml.MulticlassClassification.Trainers.NeuralNetwork(
            architecture: (shape, outputs) => LeNet5.Create(outputs, shape, new Normalize([33.3f], [78.6f])), numberOfEpochs: 8,
                learningRate: 2e-3).Fit(train);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        Assert.True(metrics.MicroAccuracy > 0.8, $"accuracy {metrics.MicroAccuracy}");
    }

    private sealed class Patient
    {
        [VectorType(8)]
        public float[] Values { get; set; } = [];
    }

    private sealed class Findings
    {
        [VectorType(8)]
        public float[] Features { get; set; } = [];
    }
}
