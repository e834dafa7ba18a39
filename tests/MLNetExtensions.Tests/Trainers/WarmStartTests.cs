using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>A fit that goes on from a model.</summary>
public sealed class WarmStartTests
{
    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void Starts_with_the_loss_at_which_the_first_run_ended(string task)
    {
        TaskCase @case = TaskCase.All[task];
        NeuralNetworkTransformer first =
            @case.Trainer(new MLContext(), options => options.Training = options.Training with { Epochs = 10 })
            .Fit(@case.Train, @case.Train);
        // One step over all rows: its loss is that before the step.
        NeuralNetworkTrainer second = @case.Trainer(
            new MLContext(), options => options.Training = options.Training with { Epochs = 1, BatchSize = 600, Seed = 99 });
        double start = second.Fit(@case.Train, null, first.Model).History[0].Loss, end = first.History[^1].ValidationLoss!.Value;
        Assert.Equal(end, start, 1e-5);
        Assert.True(second.Fit(@case.Train).History[0].Loss > 1.2 * end);
    }

    [Fact]
    public void Goes_on_from_a_model_that_was_loaded_and_leaves_it_as_it_was()
    {
        TaskCase @case = TaskCase.All["binary"];
        MLContext ml = new();
        using MemoryStream zip = new();
        ml.Model.Save(@case.Model, @case.Train.Schema, zip);
        zip.Position = 0;
        NeuralNetworkTransformer loaded = (NeuralNetworkTransformer)ml.Model.Load(zip, out _);
        NetworkWeights before = loaded.Model.Weights.Clone();
        NeuralNetworkTransformer further = @case.Trainer(ml, options => options.Training = options.Training with { Epochs = 5 })
            .Fit(@case.Train, null, loaded.Model);
        Assert.True(further.History[^1].Loss < @case.Model.History[^1].Loss);
        Assert.All(before, tensor => Assert.Equal(tensor.Value.Values, loaded.Model.Weights[tensor.Key].Values));
        Assert.NotEqual(before["0.weight"].Values, further.Model.Weights["0.weight"].Values);
    }
}
