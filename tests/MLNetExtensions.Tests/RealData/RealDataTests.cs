using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.RealData;

/// <summary>Data sets that people know: the folder of MLNETEXT_DATA.</summary>
public sealed class RealDataTests
{
    private const string Images = "mnist/train-images-idx3-ubyte.gz", Labels = "mnist/train-labels-idx1-ubyte.gz";

    [RealDataFact(Patients.File)]
    public void Diabetes_in_ten_folds()
    {
        MLContext ml = new(seed: 1);
        var folds = ml.BinaryClassification.CrossValidateNonCalibrated(
            Patients.Load(ml), Patients.Preparation(ml).Append(Patients.Network(ml)), 10);
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
}
