using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>The score columns: what they are called, their types, and the annotations that evaluators and tools look
/// for.</summary>
public sealed class SchemaTests
{
    public static TheoryData<string, string[]> Columns => new()
    {
        {
            "binary",
            [
                "PredictedLabel: Boolean {ScoreColumnKind = BinaryClassification; ScoreColumnSetId = 1; ScoreValueKind = PredictedLabel}",
                "Score: Single {ScoreColumnKind = BinaryClassification; ScoreColumnSetId = 1; ScoreValueKind = Score}",
                "Probability: Single {IsNormalized = True; ScoreColumnKind = BinaryClassification; ScoreColumnSetId = 1; ScoreValueKind = Probability}",
            ]
        },
        {
            "multiclass with text keys",
            [
                "PredictedLabel: Key<UInt32, 0-2> {KeyValues = mixed, below, above; ScoreColumnKind = MulticlassClassification; ScoreColumnSetId = 1; " +
                    "ScoreValueKind = PredictedLabel}",
                "Score: Vector<Single, 3> {ScoreColumnKind = MulticlassClassification; ScoreColumnSetId = 1; ScoreValueKind = Score; " +
                    "SlotNames = mixed, below, above; TrainingLabelValues = mixed, below, above}",
            ]
        },
        {
            "multiclass with numeric keys",
            [
                "PredictedLabel: Key<UInt32, 0-2> {KeyValues = 10, 20, 30; ScoreColumnKind = MulticlassClassification; ScoreColumnSetId = 1; " +
                    "ScoreValueKind = PredictedLabel}",
                "Score: Vector<Single, 3> {ScoreColumnKind = MulticlassClassification; ScoreColumnSetId = 1; ScoreValueKind = Score; " +
                    "TrainingLabelValues = 10, 20, 30}",
            ]
        },
        {
            "multiclass without key values",
            [
                "PredictedLabel: Key<UInt32, 0-2> {ScoreColumnKind = MulticlassClassification; ScoreColumnSetId = 1; ScoreValueKind = PredictedLabel}",
                "Score: Vector<Single, 3> {ScoreColumnKind = MulticlassClassification; ScoreColumnSetId = 1; ScoreValueKind = Score}",
            ]
        },
        {
            "anomaly",
            [
                "PredictedLabel: Boolean {ScoreColumnKind = BinaryClassification; ScoreColumnSetId = 1; ScoreValueKind = PredictedLabel}",
                "Score: Single {ScoreColumnKind = BinaryClassification; ScoreColumnSetId = 1; ScoreValueKind = Score}",
            ]
        },
        { "regression", ["Score: Single {ScoreColumnKind = Regression; ScoreColumnSetId = 1; ScoreValueKind = Score}"] },
        {
            "regression of a vector",
            [
                "Score: Vector<Single, 3> {ScoreColumnKind = MultiOutputRegression; ScoreColumnSetId = 1; ScoreValueKind = Score; " +
                    "SlotNames = large, small, sum}",
            ]
        },
        {
            "several labels",
            [
                "PredictedLabel: Vector<Boolean, 3> {ScoreColumnKind = MultiLabelClassification; ScoreColumnSetId = 1; " +
                    "ScoreValueKind = PredictedLabel; SlotNames = alike, right, far}",
                "Score: Vector<Single, 3> {ScoreColumnKind = MultiLabelClassification; ScoreColumnSetId = 1; ScoreValueKind = Score; " +
                    "SlotNames = alike, right, far}",
                "Probability: Vector<Single, 3> {IsNormalized = True; ScoreColumnKind = MultiLabelClassification; ScoreColumnSetId = 1; " +
                    "ScoreValueKind = Probability; SlotNames = alike, right, far}",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Columns))]
    public void Columns_types_and_annotations(string task, string[] columns)
    {
        TaskCase @case = TaskCase.All[task];
        TableView table = @case.Test;

        DataViewSchema promised = @case.Model.GetOutputSchema(table.Schema);
        DataViewSchema actual = @case.Model.Transform(table).Schema;
        DataViewSchema mapped = @case.Model.GetRowToRowMapper(table.Schema).OutputSchema;

        Assert.All([promised, actual, mapped], schema =>
        {
            Assert.Equal(
                ["Label", "Features", .. columns.Select(column => column.Split(':')[0])], schema.Select(column => column.Name));
            Assert.Equal(columns, schema.Skip(2).Select(SchemaText.Of));
        });
    }

    [Theory]
    [MemberData(nameof(TaskCase.Names), MemberType = typeof(TaskCase))]
    public void The_schema_before_fitting_is_the_one_after(string task)
    {
        TaskCase @case = TaskCase.All[task];
        SchemaShape before = @case.Trainer(new MLContext()).GetOutputSchema(SchemaText.Shape(@case.Test.Schema));
        SchemaShape after = SchemaText.Shape(@case.Model.GetOutputSchema(@case.Test.Schema));
        Assert.Equal(SchemaText.Of(after), SchemaText.Of(before));
    }

    [Fact]
    public void A_second_model_in_a_chain_has_a_score_set_of_its_own()
    {
        TaskCase @case = TaskCase.All["regression"];
        IDataView twice = @case.Model.Transform(@case.Model.Transform(@case.Test));
        uint set = 0;
        twice.Schema["Score"].Annotations.GetValue("ScoreColumnSetId", ref set);
        Assert.Equal(2u, set);
        Assert.Equal(2, twice.Schema.Count(column => column.Name == "Score"));
    }

    [Fact]
    public void The_trainer_says_what_it_wants()
    {
        NeuralNetworkTrainer trainer = TaskCase.All["binary"].Trainer(new MLContext());
        Assert.True(trainer.Info.NeedNormalization);
        Assert.False(trainer.Info.WantCaching);
    }

    [Fact]
    public void Short_overloads_name_the_columns()
    {
        MLContext ml = new();
        Points points = new(1, 50);
        TableView table = new(
            TableColumn.Single("y", points.Products), TableColumn.Vector("x", NumberDataViewType.Single, points.Features),
            TableColumn.Single("w", points.Products.Select(_ => 1f)));
        NeuralNetworkTransformer model =
            ml.Regression.Trainers.NeuralNetwork("y", "x", "w", numberOfEpochs: 2, learningRate: 0.1, batchSize: 25).Fit(table);
        Assert.Equal("x", model.FeatureColumnName);
        Assert.Equal("Vector<Single, 4>", model.FeatureColumnType.ToString());
        Assert.Equal([0.1, 0.1], model.History.Select(epoch => epoch.LearningRate));
        Assert.Equal(4 * 64 + 64 + 64 * 32 + 32 + 32 + 1, model.Model.Definition.ParameterCount);
    }
}
