using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Columns that are missing or of the wrong type: named when a pipeline is put together, fitted or applied.</summary>
public sealed class ColumnTests
{
    private static readonly Points Points = new(1, 20);
    private static readonly TableColumn Wrong = TableColumn.Text("Label", Points.Products.Select(_ => "text"));

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_label_features_or_weight_column_that_is_not_there(string task)
    {
        TaskCase @case = TaskCase.All[task];
        Require(@case, options => options.LabelColumnName = "NoLabel", @case.Test, "label column 'NoLabel'");
        Require(@case, options => options.FeatureColumnName = "NoFeatures", @case.Test, "feature column 'NoFeatures'");
        Require(@case, options => options.ExampleWeightColumnName = "NoWeight", @case.Test, "weight column 'NoWeight'");
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_label_of_the_wrong_type(string task)
    {
        TaskCase @case = TaskCase.All[task];
        string expected = task switch { "binary" => "Boolean", "regression" => "Single", _ => "Key<UInt32>" };
        Require(@case, null, new(Wrong, Points.Column), "label column 'Label'", $"expected {expected}", "got String");
        Require(@case, null,
            new(TableColumn.Scalar<byte>("Label", new KeyDataViewType(typeof(byte), 3), new byte[20]), Points.Column),
                "label column 'Label'", "Key<Byte>");
        Require(@case, null,
            new(TableColumn.Vector("Label", NumberDataViewType.Double, Points.Features.Select(_ => new double[2])), Points.Column),
            "label column 'Label'", "got Vector<Double>");
        // A regression learns vectors too.
        if (task != "regression")
            Require(@case, null, new(TableColumn.Vector("Label", NumberDataViewType.Single, Points.Features), Points.Column),
                "label column 'Label'", "got Vector<Single>");
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void Features_of_the_wrong_type(string task)
    {
        TaskCase @case = TaskCase.All[task];
        TableColumn label = @case.Label(Points);
        Require(@case, null, new(label, TableColumn.Single("Features", Points.Products)), "feature column 'Features'",
            "expected Vector<Single>", "got Single");
        Require(
            @case, null,
                new(label, TableColumn.Vector("Features", NumberDataViewType.Double, Points.Features.Select(_ => new double[4]))),
            "feature column 'Features'", "got Vector<Double>");
        Require(
            @case, null, new(label, TableColumn.Vector("Features", NumberDataViewType.Single, Points.Features, [0])),
            "feature column 'Features'", "expected Vector<Single>", "got VarVector<Single>");
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_weight_of_the_wrong_type(string task)
    {
        TaskCase @case = TaskCase.All[task];
        TableColumn weight = TableColumn.Scalar("Weight", NumberDataViewType.Double, Points.Products.Select(_ => 1.0));
        Require(
            @case, options => options.ExampleWeightColumnName = "Weight", new(@case.Label(Points), Points.Column, weight),
            "weight column 'Weight'", "expected Single", "got Double");
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void Scoring_data_without_the_features_or_with_others(string task)
    {
        TaskCase @case = TaskCase.All[task];
        RequireScoring(new(@case.Label(Points)), "feature column 'Features'");
        RequireScoring(
            new(TableColumn.Single("Features", Points.Products)), "feature column 'Features'", "Vector<Single, 4>", "Single");
        RequireScoring(
            new(TableColumn.Vector("Features", NumberDataViewType.Single, Points.Features.Select(row => row[..3]))),
            "feature column 'Features'", "Vector<Single, 4>", "Vector<Single, 3>");
        RequireScoring(
            new(TableColumn.Vector("Features", NumberDataViewType.Byte, Points.Features.Select(_ => new byte[4]))),
            "feature column 'Features'", "Vector<Single, 4>", "Vector<Byte, 4>");

        void RequireScoring(TableView table, params string[] parts)
        {
            RequireMessage(Assert.Throws<ArgumentOutOfRangeException>(() => @case.Model.Transform(table)), parts);
            RequireMessage(Assert.Throws<ArgumentOutOfRangeException>(() => @case.Model.GetOutputSchema(table.Schema)), parts);
            RequireMessage(Assert.Throws<ArgumentOutOfRangeException>(() => @case.Model.GetRowToRowMapper(table.Schema)), parts);
            Assert.Equal(0, table.CursorsOpened);
        }
    }

    [Fact]
    public void Validation_data_is_checked_as_training_data_is()
    {
        TaskCase @case = TaskCase.All["regression"];
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(
            () => @case.Trainer(new MLContext()).Fit(@case.Train, new TableView(Points.Column)));
        RequireMessage(e, ["label column 'Label'"]);
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_network_that_does_not_fit_features_or_classes(string task)
    {
        TaskCase @case = TaskCase.All[task];
        TensorShape four = new(Points.Width);
        RequireFit(options => options.Architecture = (shape, outputs) =>
            NetworkDefinition.Build(new(5), network => network.Linear(outputs)), "'Features'", "[5]");
        RequireFit(
            options => options.Architecture = (shape, outputs) =>
                NetworkDefinition.Build(shape, network => network.Linear(outputs + 1)), "'Features'", "outputs");
        RequireFit(
            options => options.Architecture = (shape, outputs) => NetworkDefinition.Build(shape, network => network.Conv2d(8, 3)),
            "'Features'", "Conv2d", four.ToString());
        RequireFit(options => options.InputShape = new(2, 3), "'Features'", "[2×3]");

        void RequireFit(Action<NeuralNetworkOptions> configure, params string[] parts) => RequireMessage(
            Assert.Throws<ArgumentOutOfRangeException>(() => @case.Trainer(new MLContext(), configure).Fit(@case.Test)), parts);
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        TaskCase @case = TaskCase.All["binary"];
        Assert.Contains("ValidationFraction", Assert.Throws<ArgumentOutOfRangeException>(
            () => @case.Trainer(new MLContext(), options => options.ValidationFraction = 1)).Message);
        Assert.Contains("Epochs", Assert.Throws<ArgumentOutOfRangeException>(
            () => @case.Trainer(new MLContext(), options => options.Epochs = 0)
                .Fit(@case.Test)).Message);
        Assert.Throws<ArgumentException>(() => @case.Trainer(new MLContext(), options => options.LabelColumnName = ""));
        Assert.Throws<ArgumentNullException>(() => @case.Trainer(new MLContext()).Fit(null!));
        MLContext ml = new();
        Assert.Contains("PositiveWeight", Assert.Throws<ArgumentOutOfRangeException>(
            () => ml.BinaryClassification.Trainers.NeuralNetwork(new() { PositiveWeight = 0 })).Message);
        Assert.Contains("LabelSmoothing", Assert.Throws<ArgumentOutOfRangeException>(
            () => ml.MulticlassClassification.Trainers.NeuralNetwork(new() { LabelSmoothing = 1 })).Message);
        Assert.Contains("ClassWeights", Assert.Throws<ArgumentOutOfRangeException>(
            () => ml.MulticlassClassification.Trainers.NeuralNetwork(new() { ClassWeights = [1, -1, 1] })).Message);
        Assert.Contains("regression", Assert.Throws<ArgumentOutOfRangeException>(
            () => ml.Regression.Trainers.NeuralNetwork(new() { Loss = new Networks.Training.CrossEntropyLoss() })).Message);
    }

    /// <summary>The same error from the check of a pipeline and from fitting, before anything is read.</summary>
    private static void Require(TaskCase @case, Action<NeuralNetworkOptions>? configure, TableView table, params string[] parts)
    {
        NeuralNetworkTrainer trainer = @case.Trainer(new MLContext(), configure);
        RequireMessage(Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(table)), parts);
        RequireMessage(
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(SchemaText.Shape(table.Schema))), parts);
        Assert.Equal(0, table.CursorsOpened);
    }

    private static void RequireMessage(Exception e, string[] parts) =>
        Assert.All(parts, part => Assert.Contains(part, e.Message));
}
