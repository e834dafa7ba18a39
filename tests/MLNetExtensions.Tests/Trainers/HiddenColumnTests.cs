using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Columns with the names of those that the model adds, which hide them.</summary>
public sealed class HiddenColumnTests
{
    private static readonly Points Points = new(1, 30);

    [Theory]
    [InlineData("multiclass with text keys", "Probability")]
    [InlineData("regression", "Probability")]
    [InlineData("regression", "PredictedLabel")]
    public void A_label_with_the_name_of_another_tasks_score_is_one_like_any(string task, string column)
    {
        TaskCase @case = TaskCase.All[task];
        MLContext ml = new();
        ITransformer model = @case.Trainer(ml, options => TaskCase.SetLabel(options, column)).Fit(Renamed(@case.Train));
        IDataView scored = model.Transform(Renamed(@case.Test));
        double quality = task == "regression"
            ? ml.Regression.Evaluate(scored, column).RSquared
            : ml.MulticlassClassification.Evaluate(scored, column).MicroAccuracy;
        Assert.InRange(quality, 0.8, 0.9999);

        IDataView Renamed(IDataView data) => ml.Transforms.CopyColumns(column, "Label").Append(ml.Transforms.DropColumns("Label"))
            .Fit(data).Transform(data);
    }

    [Fact]
    public void The_way_out_is_a_copy()
    {
        TaskCase @case = TaskCase.All["regression"];
        MLContext ml = new();
        TableView Scores(Points points) => new(
            TableColumn.Single("Score", points.Products.Select(product => 100 * product + 1000)), points.Column);
        var pipeline = ml.Transforms.CopyColumns("Label", "Score").Append(@case.Trainer(ml));
        IDataView scored = pipeline.Fit(Scores(new(1, 600))).Transform(Scores(new(2, 300)));
        Assert.InRange(@case.Quality(ml, scored), 0.9, 0.9999);
    }

    [Fact]
    public void Features_that_are_another_models_scores_are_learned_from_with_a_warning()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        ContextLog log = new();
        TableView scores = new(
            @case.Label(Points), TableColumn.Vector("Score", NumberDataViewType.Single, Points.Features));
        ITransformer model = @case.Trainer(log.Context, options => options.FeatureColumnName = "Score").Fit(scores);
        Assert.Contains("adds a column 'Score', which hides the column of that name", Assert.Single(log.Warnings));
        ITransformer ofFeatures = @case.Trainer(new MLContext()).Fit(new TableView(@case.Label(Points), Points.Column));
        Assert.Equal(
            Values.Floats(ofFeatures.Transform(new TableView(Points.Column))), Values.Floats(model.Transform(scores)));
    }

    [Theory]
    [InlineData("binary", "Probability")]
    [InlineData("regression", "Score")]
    public void Weights_that_a_score_hides_are_warned_of(string task, string column)
    {
        TaskCase @case = TaskCase.All[task];
        ContextLog log = new();
        @case.Trainer(log.Context, options => options.ExampleWeightColumnName = column).Fit(new TableView(
            @case.Label(Points), Points.Column, TableColumn.Single(column, Points.Products.Select(_ => 1f))));
        Assert.Contains($"adds a column '{column}', which hides", Assert.Single(log.Warnings));
    }
}
