using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Values that can't be learned from: the message names the column and counts the rows.</summary>
public sealed class DataTests
{
    private static readonly Points Points = new(1, 30);

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void No_rows(string task)
    {
        TaskCase @case = TaskCase.All[task];
        TableView empty = new(@case.Label(new Points(1, 0)),
            TableColumn.Vector("Features", NumberDataViewType.Single, Array.Empty<float[]>(), [4]));
        Require(@case, empty, "'Features'", "no rows");
        InvalidOperationException e =
            Assert.Throws<InvalidOperationException>(() => @case.Trainer(new MLContext()).Fit(@case.Test, empty));
        Assert.Contains("'Features'", e.Message);
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void Features_that_are_all_missing_or_infinite(string task)
    {
        TaskCase @case = TaskCase.All[task];
        foreach (float value in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            Points damaged = new(1, 30);
            foreach (float[] row in damaged.Features)
                row[2] = value;
            Require(@case, new(@case.Label(Points), damaged.Column), "'Features'", "all 30 rows", "ReplaceMissingValues");
        }
    }

    [Fact]
    public void One_class_only()
    {
        TaskCase binary = TaskCase.All["binary"], multiclass = TaskCase.All["multiclass with text keys"];
        Require(binary, new(TableColumn.Boolean("Label", Points.Products.Select(_ => true)), Points.Column), "'Label'", "True",
            "both classes");
        Require(binary, new(TableColumn.Boolean("Label", Points.Products.Select(_ => false)), Points.Column), "'Label'", "False",
            "both classes");
        Require(multiclass, new(TableColumn.Key("Label", Points.Products.Select(_ => 2u), 3), Points.Column), "'Label'",
            "one class");
        Require(multiclass, new(TableColumn.Key("Label", Points.Products.Select(_ => 1u), 1), Points.Column), "'Label'",
            "1 class");
    }

    [Fact]
    public void One_class_only_among_the_rows_that_count()
    {
        TaskCase @case = TaskCase.All["binary"];
        TableView table = new(
            @case.Label(Points), Points.Column,
                TableColumn.Single("Weight", Points.Products.Select(product => product > 0 ? 1f : 0f)));
        RequireWith(@case, options => options.ExampleWeightColumnName = "Weight", table, "'Label'", "both classes");
    }

    [Fact]
    public void Labels_that_are_all_missing()
    {
        const string Reason = "30 with a missing, infinite or unknown label in the column 'Label'";
        TableColumn numbers = TableColumn.Single(
            "Label", Points.Products.Select((_, row) => row % 2 == 0 ? float.NaN : float.NegativeInfinity));
        Require(TaskCase.All["regression"], new(numbers, Points.Column), "all 30 rows", Reason);
        TableColumn keys = TableColumn.Key("Label", Points.Classes.Select(_ => 0u), 3);
        Require(TaskCase.All["multiclass with text keys"], new(keys, Points.Column), "all 30 rows", Reason);
    }

    [Fact]
    public void Nothing_left_for_several_reasons()
    {
        Points damaged = new(1, 30);
        foreach (float[] row in damaged.Features.Take(10))
            row[0] = float.NaN;
        TableView table = new(
            TableColumn.Single("Label", Points.Products.Select((product, row) => row is >= 10 and < 15 ? float.NaN : product)),
            damaged.Column, TableColumn.Single("Weight", Points.Products.Select((_, row) => row >= 15 ? 0f : 1)));
        RequireWith(
            TaskCase.All["regression"], options => options.ExampleWeightColumnName = "Weight", table, "all 30 rows",
            "10 with missing or infinite values in the feature column 'Features'", "5 with a missing, infinite or unknown label",
            "15 with a weight that is not above 0");
    }

    [Fact]
    public void A_key_with_no_known_number_of_values()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        TableColumn label = TableColumn.Key("Label", Points.Classes.Select(value => value + 1), int.MaxValue);
        Require(@case, new(label, Points.Column), "'Label'", "2147483647", "MapValueToKey");
    }

    [Fact]
    public void Weights_that_are_all_zero()
    {
        TaskCase @case = TaskCase.All["regression"];
        TableView table = new(@case.Label(Points), Points.Column, TableColumn.Single("Weight", Points.Products.Select(_ => 0f)));
        RequireWith(@case, options => options.ExampleWeightColumnName = "Weight", table, "'Weight'", "all 30 rows");
    }

    [Fact]
    public void Class_weights_of_another_number_than_the_classes()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        ArgumentOutOfRangeException e =
            Assert.Throws<ArgumentOutOfRangeException>(() => new MLContext().MulticlassClassification.Trainers
            .NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options { ClassWeights = [1, 2] }).Fit(@case.Test));
        Assert.Contains("2 class weights", e.Message);
        Assert.Contains("'Label' has 3 classes", e.Message);
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void An_initial_model_of_another_network(string task)
    {
        TaskCase @case = TaskCase.All[task];
        NetworkDefinition other = NetworkDefinition.Build(new(Points.Width), network => network.Linear(17).ReLU().Linear(1));
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(
            () => @case.Trainer(new MLContext())
                .Fit(@case.Test, null, new NetworkModel(other, NetworkWeights.Initialize(other, 1))));
        Assert.Contains("initial model", e.Message);
        Assert.Contains("'0.weight'", e.Message);
        Assert.Contains("[17×4]", e.Message);
        Assert.Contains("InitialWeights", e.Message);
    }

    private static void Require(TaskCase @case, TableView table, params string[] parts) => RequireWith(@case, null, table, parts);

    private static void RequireWith(
        TaskCase @case, Action<NeuralNetworkOptions>? configure, TableView table, params string[] parts)
    {
        InvalidOperationException e =
            Assert.Throws<InvalidOperationException>(() => @case.Trainer(new MLContext(), configure).Fit(table));
        Assert.All(parts, part => Assert.Contains(part, e.Message));
        Assert.Equal(0, table.CursorsOpen);
    }
}
