using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Validation data whose labels or features mean something else than those of the training data.</summary>
public sealed class ValidationSchemaTests
{
    private static readonly Points Points = new(1, 60);
    private static readonly DataViewSchema.Annotations Texts = Named("mixed", "below", "above");

    public static TheoryData<string, DataViewSchema.Annotations, DataViewSchema.Annotations, string> OtherKeys => new()
    {
        { "another order", Texts, Named("mixed", "above", "below"), "key 2 is 'above', in the training data 'below'" },
        { "a class is not there", Texts, Named("below", "above"), "key 1 is 'below', in the training data 'mixed'" },
        { "one class more, in between", Texts, Named("mixed", "beside", "below", "above"), "key 2 is 'beside'" },
        { "another case", Texts, Named("mixed", "Below", "above"), "key 2 is 'Below'" },
        { "numbers", Numbered(10, 20, 30), Numbered(20, 10, 30), "key 1 is '20', in the training data '10'" },
        { "another type", Named("10", "20", "30"), Numbered(10, 20, 30), "key 1 is '10'" },
    };

    [Theory]
    [MemberData(nameof(OtherKeys))]
    public void Keys_of_other_classes_are_refused(
        string difference, DataViewSchema.Annotations training, DataViewSchema.Annotations validation, string expected)
    {
        TableView table = Labeled(training);
        NeuralNetworkTrainer trainer = TaskCase.All["multiclass with text keys"].Trainer(new MLContext());
        string message = Assert.Throws<InvalidOperationException>(
            () => trainer.Fit(table, Labeled(validation, Length(validation)))).Message;
        Assert.True(message.Contains("'Label' of the validation data has other key values"), difference);
        Assert.Contains(expected, message);
        Assert.Contains("MapValueToKey", message);
        Assert.Equal(0, table.CursorsOpened);
    }

    [Fact]
    public void Keys_that_were_mapped_together_are_measured_right()
    {
        // Text labels, as a user has them: mapped by a transformer fitted on the training rows.
        MLContext ml = new(seed: 1);
        TableView Texts(params string[] labels) => new(
            TableColumn.Text("Text", labels),
            TableColumn.Vector("Features", NumberDataViewType.Single, labels.Select(label => (float[])[label[0] - 'a', 1])));
        TableView train = Texts("c", "a", "b", "c", "a", "b", "c", "a"), test = Texts("a", "b", "c", "a");
        var mapping = ml.Transforms.Conversion.MapValueToKey("Label", "Text");
        ITransformer together = mapping.Fit(train), apart = mapping.Fit(test);
        NeuralNetworkMulticlassTrainer trainer = ml.MulticlassClassification.Trainers.NeuralNetwork(new()
        {
            Epochs = 300, LearningRate = 0.01, Seed = 1,
        });
        NeuralNetworkTransformer model = trainer.Fit(together.Transform(train), together.Transform(test));
        Assert.Equal(1, model.History[^1].ValidationMetric);
        Assert.InRange(model.History[^1].ValidationLoss!.Value, 0, 0.2);
        Assert.Contains("key 1 is 'a', in the training data 'c'", Assert.Throws<InvalidOperationException>(
            () => trainer.Fit(together.Transform(train), apart.Transform(test))).Message);
    }

    [Fact]
    public void Fewer_or_more_classes_at_the_end_mean_the_same()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        ContextLog log = new();
        NeuralNetworkTrainer trainer = @case.Trainer(
            log.Context, options => options.Epochs = 1);
        double? Loss(TableView validation) => trainer.Fit(Labeled(Texts), validation).History[0].ValidationLoss;

        TableView twoClasses = Labeled(Named("mixed", "below"), 2, key => key <= 2 ? key : 0);
        Assert.Equal(Loss(Labeled(Texts, 3, key => key <= 2 ? key : 0)), Loss(twoClasses));
        int unseen = Points.Classes.Count(value => value == 2);
        Assert.All(log.Warnings, line => Assert.Contains($"Skipped {unseen} rows of 60 in the validation data", line));

        // A class that the training data has no key for: skipped, as ML.NET skips labels that it can't place.
        Assert.Equal(Loss(twoClasses), Loss(Labeled(Named("mixed", "below", "above", "new"), 4, key => key == 3 ? 4 : key)));
        Assert.Contains("unknown label in the column 'Label'", log.Warnings.Last());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Keys_without_values_on_one_side_are_warned_of(bool trainingHasValues)
    {
        TableView with = Labeled(Texts), without = Labeled(null);
        ContextLog log = new();
        TaskCase.All["multiclass with text keys"].Trainer(log.Context, options => options.Epochs = 1)
            .Fit(trainingHasValues ? with : without, trainingHasValues ? without : with);
        Assert.Contains("one of the two has no key values", Assert.Single(log.Warnings));
    }

    [Fact]
    public void Keys_without_values_are_their_numbers()
    {
        ContextLog log = new();
        NeuralNetworkTrainer trainer = TaskCase.All["multiclass without key values"].Trainer(
            log.Context, options => options.Epochs = 1);
        double? expected = trainer.Fit(Labeled(null), Labeled(null)).History[0].ValidationLoss;
        Assert.Equal(expected, trainer.Fit(Labeled(null), Labeled(null, 7)).History[0].ValidationLoss);
        Assert.Empty(log.Warnings);
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void Features_of_another_type_or_size_are_refused(string task)
    {
        TaskCase @case = TaskCase.All[task];
        TableColumn bytes = TableColumn.Vector("Features", NumberDataViewType.Byte, Points.Features.Select(_ => new byte[4]));
        TableColumn wide = TableColumn.Vector("Features", NumberDataViewType.Single, Points.Features.Select(_ => new float[5]));
        Refuse(Points.Column, bytes, "Vector<Single, 4> in the validation data as in the training data, got Vector<Byte, 4>");
        Refuse(bytes, Points.Column, "Vector<Byte, 4> in the validation data as in the training data, got Vector<Single, 4>");
        Refuse(Points.Column, wide, "got Vector<Single, 5>");

        void Refuse(TableColumn training, TableColumn validation, string expected)
        {
            TableView table = new(@case.Label(Points), training);
            ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(
                () => @case.Trainer(new MLContext()).Fit(table, new TableView(@case.Label(Points), validation)));
            Assert.Contains("feature column 'Features'", e.Message);
            Assert.Contains(expected, e.Message);
            Assert.Equal(0, table.CursorsOpened);
        }
    }

    [Fact]
    public void Features_in_another_order_are_warned_of()
    {
        TaskCase @case = TaskCase.All["regression"];
        ContextLog log = new();
        NeuralNetworkTrainer trainer = @case.Trainer(log.Context, options => options.Epochs = 1);
        trainer.Fit(@case.Train, @case.Test);
        trainer.Fit(@case.Train, new TableView(@case.Label(Points), Points.Column));
        Assert.Empty(log.Warnings);
        trainer.Fit(@case.Train, new TableView(@case.Label(Points), TableColumn.Vector(
            "Features", NumberDataViewType.Single, Points.Features,
            annotations: TableColumn.TextAnnotation("SlotNames", "x0", "noise0", "x1", "noise1"))));
        Assert.Contains(
            "Slot 1 of the feature column 'Features' is 'x1' in the training data but 'noise0'", Assert.Single(log.Warnings));
    }

    [Fact]
    public void A_regressions_validation_labels_are_in_the_unit_of_the_training_labels()
    {
        // Standardised by its own mean and deviation a constant label would look learned.
        TaskCase @case = TaskCase.All["regression"];
        NeuralNetworkTransformer model = @case.Trainer(new MLContext()).Fit(
            @case.Train, new TableView(TableColumn.Single("Label", Points.Products.Select(_ => 5000f)), Points.Column));
        Assert.True(model.History[^1].ValidationLoss > 100);
    }

    [Fact]
    public void A_model_of_other_features_is_no_start()
    {
        TaskCase @case = TaskCase.All["regression"];
        TableView bytes = new(
            @case.Label(Points),
            TableColumn.Vector("Features", NumberDataViewType.Byte, Points.Features.Select(_ => new byte[4])));
        Assert.Contains("as the initial model was trained on, got Vector<Byte, 4>", Assert.Throws<ArgumentOutOfRangeException>(
            () => @case.Trainer(new MLContext()).Fit(bytes, null, @case.Model)).Message);
    }

    private static DataViewSchema.Annotations Named(params string[] values) => TableColumn.TextAnnotation("KeyValues", values);

    private static DataViewSchema.Annotations Numbered(params int[] values) =>
        TableColumn.Annotation("KeyValues", NumberDataViewType.Int32, values);

    private static int Length(DataViewSchema.Annotations annotations) =>
        ((VectorDataViewType)annotations.Schema["KeyValues"].Type).Size;

    private static TableView Labeled(DataViewSchema.Annotations? values, int keys = 3, Func<uint, uint>? map = null) => new(
        TableColumn.Key(
            "Label", Points.Classes.Select(value => map?.Invoke(value + 1) ?? Math.Min(value + 1, (uint)keys)), keys, values),
        Points.Column);
}
