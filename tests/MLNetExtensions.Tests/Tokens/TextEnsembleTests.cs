using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Text;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using static MLNetExtensions.Tests.MadeUpTexts;

namespace MLNetExtensions.Tests.Tokens;

/// <summary>An ensemble of text classifiers that learns from columns of words and of parts of words.</summary>
public sealed class TextEnsembleTests
{
    private const string Upper = "Upper";

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void It_learns_from_columns_and_is_saved_without_its_members_outputs()
    {
        IEstimator<ITransformer> pipeline = Keys(_ml)
            .Append(_ml.Transforms.Text.NormalizeText(Upper, "Text", TextNormalizingEstimator.CaseMode.Upper))
            .Append(_ml.Transforms.Text.TokenizeIntoWords(Upper)).Append(_ml.Transforms.Conversion.MapValueToKey(Upper))
            .Append(_ml.MulticlassClassification.Trainers.NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options
            {
                FeatureColumnNames = [Words, Upper], Epochs = 20, LearningRate = 0.01, Seed = 1,
                MultiInputArchitecture = (inputs, classes) => TextEnsemble.Create(
                    inputs, classes, embeddingDimension: 8, windows: [1, 2], maps: 8, hiddenSize: 6),
                Loss = TextEnsemble.Loss(new CrossEntropyLoss([], LabelSmoothing: 0.1)),
            }));
        IDataView train = View(_ml, 1, 300), test = View(_ml, 2, 100);
        ITransformer model = pipeline.Fit(train);
        IDataView scored = model.Transform(test);
        Assert.InRange(_ml.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.95, 1);

        using TempFolder folder = new();
        _ml.Model.Save(model, train.Schema, folder.File("model.zip"));
        ITransformer loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);
        Assert.Equal(scored.GetColumn<float[]>("Score"), loaded.Transform(test).GetColumn<float[]>("Score"));
        Assert.All(loaded.Transform(test).GetColumn<float[]>("Score"), score =>
        {
            Assert.Equal(3, score.Length);
            Assert.Equal(1, score.Sum(), 1e-5);
        });
    }
}
