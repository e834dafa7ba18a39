using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Evaluation;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.VectorLabels;

/// <summary>Labels that are vectors: several numbers, or several answers of yes and no. What they share with other labels is in the
/// tests of every task.</summary>
public sealed class VectorLabelTests
{
    private const string Numbers = "regression of a vector", Flags = "several labels";

    private static readonly Points Points = new(1, 60);

    public static TheoryData<string> Tasks => [Numbers, Flags];

    [Theory, MemberData(nameof(Tasks))]
    public void Rows_with_a_missing_value_are_skipped_and_counted(string task)
    {
        ContextLog log = new();
        float[][] labels = [.. Points.Features.Select(row => (float[])[row[0] > 0 ? 1 : 0, row[1] > 0 ? 1 : 0])];
        labels[3][1] = float.NaN;
        labels[7][0] = float.NegativeInfinity;
        float[] with = Fit(labels, Points.Features);
        Assert.Contains(
            "Skipped 2 rows of 60 in the training data: 2 with a missing, infinite or unknown label in the column 'Label'",
            Assert.Single(log.Warnings));
        int[] rest = [.. Enumerable.Range(0, 60).Where(row => row is not (3 or 7))];
        Assert.Equal(Fit([.. rest.Select(row => labels[row])], [.. rest.Select(row => Points.Features[row])]), with);

        float[] Fit(float[][] label, float[][] features) => Values.Floats(
            TaskCase.All[task].Trainer(log.Context, options => options.Epochs = 1).Fit(new TableView(
                TableColumn.Vector("Label", NumberDataViewType.Single, label),
                TableColumn.Vector("Features", NumberDataViewType.Single, features))).Transform(new TableView(Points.Column)));
    }

    [Theory, MemberData(nameof(Tasks))]
    public void Labels_of_another_length_or_order_are_named(string task)
    {
        TaskCase @case = TaskCase.All[task];
        Contains<ArgumentOutOfRangeException>(
            "label column 'Label': " + (task == Numbers ? "expected Single or Vector<Single>" : "expected Vector<Boolean> or Vector<Single>"),
            () => Fit(Label(0), null), "got VarVector");
        Contains<InvalidOperationException>("is Vector<Single, 3>, but has a row of 2 values", () => Fit(Label(3), null));
        Contains<ArgumentOutOfRangeException>(
            "expected Vector<Single, 2> in the validation data as in the training data, got Vector<Single, 1>",
            () => Fit(Label(2), Label(1, length: 1)));
        Contains<InvalidOperationException>(
            "Slot 0 of the label column 'Label' is 'a' in the training data but 'b' in the validation data",
            () => Fit(Named("a", "b"), Named("b", "a")));
        NeuralNetworkTransformer model = Fit(Named("a", "b"), null);
        Contains<InvalidOperationException>(
            "Slot 1 of the label column 'Label' is 'c', but in the initial model 'b'", () => Fit(Named("a", "c"), null, model));
        Contains<ArgumentOutOfRangeException>(
            "The initial model gives", () => Fit(Label(1, length: 1), null, model), "but the label column 'Label' is Vector<Single, 1>");
        Assert.Single(Fit(Named("a", "b"), Named("a", "b"), model).History);

        TableColumn Named(params string[] names) => Label(2, annotations: TableColumn.TextAnnotation("SlotNames", names));

        TableColumn Label(int size, int length = 2, DataViewSchema.Annotations? annotations = null) => TableColumn.Vector(
            "Label", NumberDataViewType.Single,
            Points.Features.Select(row => (float[])[.. new[] { row[0] > 0 ? 1f : 0, row[1] > 0 ? 1f : 0 }.Take(length)]), [size],
            annotations);

        NeuralNetworkTransformer Fit(TableColumn train, TableColumn? validation, NeuralNetworkTransformer? initial = null)
        {
            NeuralNetworkTrainer trainer = @case.Trainer(new MLContext(), options => options.Epochs = 1);
            TableView? validationData = validation is null ? null : new(validation, Points.Column);
            TableView data = new(train, Points.Column);
            return initial is null ? trainer.Fit(data, validationData) : trainer.Fit(data, validationData, initial);
        }
    }

    [Fact]
    public void Each_number_is_standardised_by_itself_unless_told_otherwise()
    {
        // Without, the large number is all that the loss sees, and of a small one nothing is learned.
        TaskCase @case = TaskCase.All[Numbers];
        MLContext ml = new();
        Assert.InRange(Quality(true), 0.9, 1);
        Assert.InRange(Quality(false), double.NegativeInfinity, 0.5);

        double Quality(bool standardize)
        {
            NeuralNetworkTransformer model = @case.Trainer(ml, options =>
                ((NeuralNetworkRegressionTrainer.Options)options).StandardizeLabel = standardize).Fit(@case.Train);
            return ml.Regression.EvaluateMultiOutput(model.Transform(@case.Test)).RSquareds[1];
        }
    }

    [Fact]
    public void A_constant_number_is_no_division_by_zero()
    {
        TableView table = new(
            TableColumn.Vector("Label", NumberDataViewType.Single, Points.Features.Select(row => (float[])[row[0], 7])), Points.Column);
        float[] scores = Values.Floats(TaskCase.All[Numbers].Trainer(new MLContext()).Fit(table).Transform(table));
        Assert.All(scores.Where((_, i) => i % 2 == 1), score => Assert.Equal(7, score, 0.5f));
    }

    [Fact]
    public void A_fit_goes_on_in_the_units_of_the_model()
    {
        TaskCase @case = TaskCase.All[Numbers];
        TableView other = new(
            TableColumn.Vector("Label", NumberDataViewType.Single, Points.Features.Select(row => (float[])[row[0], row[1], 5])),
            Points.Column);
        NeuralNetworkTransformer still = @case.Trainer(
            new MLContext(), options => (options.Epochs, options.LearningRate, options.Optimizer) = (1, 1e-30, new Sgd()))
            .Fit(other, null, @case.Model);
        Assert.Equal(Values.Floats(@case.Model.Transform(@case.Test)), Values.Floats(still.Transform(@case.Test)));
    }

    [Fact]
    public void Answers_as_numbers_are_learned_as_those_of_Boolean()
    {
        bool[][] flags = [.. Points.Features.Select(row => (bool[])[row[0] > 0, row[1] > 0])];
        float[] expected = Scores(TableColumn.Vector("Label", BooleanDataViewType.Instance, flags));
        Assert.Equal(expected, Scores(TableColumn.Vector(
            "Label", NumberDataViewType.Single, flags.Select(row => row.Select(flag => flag ? 1f : 0).ToArray()))));

        float[] Scores(TableColumn label) => Predictions.ByTransform(
            TaskCase.All[Flags].Trainer(new MLContext(), options => options.Epochs = 2).Fit(new TableView(label, Points.Column)), Points);
    }

    [Fact]
    public void Probabilities_are_sigmoids_and_predictions_the_signs_of_scores()
    {
        IDataView scored = TaskCase.All[Flags].Model.Transform(TaskCase.All[Flags].Test);
        float[] scores = Values.Floats(scored);
        Assert.Contains(scores, score => score > 0);
        Assert.Equal(scores.Select(score => (float)(1 / (1 + Math.Exp(-score)))), Values.Floats(scored, "Probability"));
        Assert.Equal(scores.Select(score => score > 0), Values.Vectors<bool>(scored, "PredictedLabel").SelectMany(row => row));
    }

    [Fact]
    public void Answers_that_are_neither_yes_nor_no_and_labels_that_never_change_are_named()
    {
        ContextLog log = new();
        Contains<InvalidOperationException>("'Label' has 2 in slot 1; each slot of several labels is 0 or 1", () => Fit(row => [1, row[0] > 0 ? 2 : 0]));
        Contains<InvalidOperationException>(
            "The label column 'Label' is the same in all 60 training rows, in each of its 2 slots", () => Fit(_ => [1, 0]));
        Fit(row => [0, row[0] > 0 ? 1 : 0]);
        Assert.Contains("is the same in all training rows in 1 of its 2 slots, which the network can't learn to tell apart: '1'",
            Assert.Single(log.Warnings));

        NeuralNetworkTransformer Fit(Func<float[], float[]> label) =>
            TaskCase.All[Flags].Trainer(log.Context, options => options.Epochs = 1).Fit(new TableView(
                TableColumn.Vector("Label", NumberDataViewType.Single, Points.Features.Select(label)), Points.Column));
    }

    [Fact]
    public void Losses_and_metrics_of_other_tasks_and_layers_without_negative_numbers_are_refused()
    {
        TaskCase @case = TaskCase.All[Flags];
        Contains<ArgumentOutOfRangeException>(
            "CrossEntropyLoss is not a loss of several labels",
            () => @case.Trainer(new MLContext(), options => options.Loss = new CrossEntropyLoss()), "Use BinaryCrossEntropyLoss");
        Contains<ArgumentOutOfRangeException>(
            "AccuracyMetric is not a metric of several labels",
            () => @case.Trainer(new MLContext(), options => options.Metrics = [new AccuracyMetric()]));
        Contains<ArgumentOutOfRangeException>("The network ends in ReLU ('end')", () => @case.Trainer(new MLContext(), options =>
            options.Architecture = (shape, outputs) => NetworkDefinition.Build(shape, layers => layers.Linear(outputs).ReLU("end")))
            .Fit(@case.Train));
        Contains<ArgumentOutOfRangeException>("SubsetAccuracyMetric does not measure", () =>
            TaskCase.All["multiclass with text keys"].Trainer(new MLContext(), options => options.Metrics = [new SubsetAccuracyMetric()]));
    }

    /// <summary>What the epochs measure is what the evaluator finds.</summary>
    [Fact]
    public void Metrics_of_epochs_are_those_of_the_evaluator()
    {
        TaskCase @case = TaskCase.All[Flags];
        MLContext ml = new();
        NeuralNetworkTransformer model = @case.Trainer(ml, options =>
        {
            options.Epochs = 3;
            options.Metrics = [new SubsetAccuracyMetric(), new F1Metric(), new F1Metric(MetricAverage.Micro), new RocAucMetric()];
        }).Fit(@case.Train, @case.Test);
        MetricValues last = model.History[^1].ValidationMetrics;
        MultiLabelClassificationMetrics metrics =
            ml.MulticlassClassification.EvaluateMultiLabel(model.Transform(@case.Test));
        Assert.Equal(metrics.SubsetAccuracy, last["subset accuracy"]!.Value, 1e-9);
        Assert.Equal(metrics.MacroF1Score, last["F1"]!.Value, 1e-9);
        Assert.Equal(metrics.MicroF1Score, last["micro F1"]!.Value, 1e-9);
        Assert.Equal(metrics.MacroAreaUnderRocCurve, last["ROC-AUC"]!.Value, 1e-9);
    }

    [Theory, MemberData(nameof(Tasks))]
    public void Scoring_a_row_allocates_nothing(string task)
    {
        TaskCase @case = TaskCase.All[task];
        TableView table = new(new Points(1, 200).Column);
        using DataViewRowCursor cursor = table.GetRowCursor(table.Schema);
        IRowToRowMapper mapper = @case.Model.GetRowToRowMapper(table.Schema);
        using DataViewRow row = mapper.GetRow(cursor, mapper.OutputSchema);
        VBuffer<float> numbers = default;
        VBuffer<bool> flags = default;
        ValueGetter<VBuffer<float>> score = row.GetGetter<VBuffer<float>>(mapper.OutputSchema["Score"]);
        ValueGetter<VBuffer<float>>? probability =
            task == Flags ? row.GetGetter<VBuffer<float>>(mapper.OutputSchema["Probability"]) : null;
        ValueGetter<VBuffer<bool>>? predicted =
            task == Flags ? row.GetGetter<VBuffer<bool>>(mapper.OutputSchema["PredictedLabel"]) : null;
        Read(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Read(int count)
        {
            for (int i = 0; i < count; i++)
            {
                cursor.MoveNext();
                score(ref numbers);
                probability?.Invoke(ref numbers);
                predicted?.Invoke(ref flags);
            }
        }
    }

    private static void Contains<T>(string text, Func<object> fails, string also = "")
        where T : Exception
    {
        string message = Assert.Throws<T>(fails).Message;
        Assert.Contains(text, message);
        Assert.Contains(also, message);
    }
}
