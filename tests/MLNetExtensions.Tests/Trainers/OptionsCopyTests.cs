using Microsoft.ML;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>A trainer keeps the options that it was made with, whatever becomes of the object.</summary>
public sealed class OptionsCopyTests
{
    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void What_is_changed_afterwards_is_for_the_next_trainer(string task)
    {
        TaskCase @case = TaskCase.All[task];
        List<string> frozen = ["0"];
        Dictionary<string, int> frozenEpochs = new() { ["2"] = 1 };
        Dictionary<string, double> factors = new() { ["0"] = 2 };
        NeuralNetworkOptions? kept = null;
        NeuralNetworkTrainer trainer = @case.Trainer(new MLContext(), options =>
        {
            (kept, options.Epochs, options.Frozen) = (options, 2, frozen);
            (options.FrozenEpochs, options.LearningRateFactors) = (frozenEpochs, factors);
        });
        frozen.Add("no such layer");
        (frozenEpochs["no such layer"], factors["no such layer"]) = (1, 1);
        (kept!.Epochs, kept.LearningRate, kept.FeatureColumnName, kept.Optimizer) = (5, 7, "nowhere", new Sgd());
        NeuralNetworkTransformer model = trainer.Fit(@case.Train);
        Assert.Equal([0.01, 0.01], model.History.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void Class_weights_too()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        float[] weights = [1, 1, 1];
        NeuralNetworkTrainer trainer = new MLContext().MulticlassClassification.Trainers.NeuralNetwork(new()
        {
            ClassWeights = weights, Epochs = 2, Seed = 1,
        });
        double before = trainer.Fit(@case.Train).History[^1].Loss;
        Array.Fill(weights, 0);
        Assert.Equal(before, trainer.Fit(@case.Train).History[^1].Loss);
    }
}
