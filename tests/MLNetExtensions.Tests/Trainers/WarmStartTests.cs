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
            @case.Trainer(new MLContext(), options => options.Epochs = 10)
            .Fit(@case.Train, @case.Train);
        // One step over all rows: its loss is that before the step.
        NeuralNetworkTrainer second = @case.Trainer(
            new MLContext(), options => (options.Epochs, options.BatchSize, options.Seed) = (1, 600, 99));
        double start = second.Fit(@case.Train, null, first.Model).History[0].Loss, end = first.History[^1].ValidationLoss!.Value;
        Assert.Equal(end, start, 1e-5);
        Assert.True(second.Fit(@case.Train).History[0].Loss > 1.2 * end);
    }

    [Fact]
    public void A_regression_keeps_the_unit_of_the_label()
    {
        // Labels of another mean and deviation: standardised by their own, the weights would mean something else.
        TaskCase @case = TaskCase.All["regression"];
        Points points = new(3, 200);
        TableView shifted = new(
            TableColumn.Single("Label", points.Products.Select(product => 5 * product - 40)), points.Column);
        NeuralNetworkTrainer still = @case.Trainer(
            new MLContext(), options => (options.Epochs, options.LearningRate, options.Optimizer) = (1, 1e-30, new Sgd()));
        float[] expected = Values.Floats(@case.Model.Transform(@case.Test));
        NeuralNetworkTransformer same = still.Fit(shifted, null, @case.Model);
        NeuralNetworkTransformer other = still.Fit(shifted, null, @case.Model.Model);
        Assert.Equal(expected, Values.Floats(same.Transform(@case.Test)));
        Assert.True(expected.Average() - Values.Floats(other.Transform(@case.Test)).Average() > 900);
    }

    [Fact]
    public void A_regression_of_new_labels_learns_on()
    {
        TaskCase @case = TaskCase.All["regression"];
        MLContext ml = new();
        Points points = new(3, 400);
        TableView shifted = new(
            TableColumn.Single("Label", points.Products.Select(product => 120 * product + 950)), points.Column);
        NeuralNetworkTransformer model = @case.Trainer(ml).Fit(shifted, null, @case.Model);
        Assert.True(@case.Quality(ml, model.Transform(shifted)) > 0.95);
    }

    [Fact]
    public void Classes_in_another_order_are_refused()
    {
        Points points = new(1, 60);
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        TableView Table(params string[] names) => new(
            TableColumn.Key(
                "Label", points.Classes.Select(value => value + 1), 3, TableColumn.TextAnnotation("KeyValues", names)),
            points.Column);
        string message = Assert.Throws<InvalidOperationException>(() => @case.Trainer(new MLContext())
            .Fit(Table("below", "mixed", "above"), null, @case.Model)).Message;
        Assert.Contains("'Label' has other key values than the initial model, or in another order", message);
        NeuralNetworkTrainer brief = @case.Trainer(
            new MLContext(), options => options.Epochs = 1);
        Assert.Single(brief.Fit(Table("mixed", "below", "above"), null, @case.Model).History);
    }

    [Fact]
    public void A_model_of_another_task_is_refused()
    {
        TaskCase @case = TaskCase.All["binary"];
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(
            () => @case.Trainer(new MLContext()).Fit(@case.Train, null, TaskCase.All["regression"].Model));
        Assert.Contains("another task", e.Message);
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
        NeuralNetworkTransformer further = @case.Trainer(ml, options => options.Epochs = 5)
            .Fit(@case.Train, null, loaded);
        Assert.True(further.History[^1].Loss < @case.Model.History[^1].Loss);
        Assert.All(before, tensor => Assert.Equal(tensor.Value.Values, loaded.Model.Weights[tensor.Key].Values));
        Assert.NotEqual(before["0.weight"].Values, further.Model.Weights["0.weight"].Values);
    }
}
