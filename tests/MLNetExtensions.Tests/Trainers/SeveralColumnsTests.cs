using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;
using static MLNetExtensions.Tests.Parcels;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>One network of several feature columns: numbers, vectors, categories and sequences.</summary>
public sealed class SeveralColumnsTests
{
    private static readonly Lazy<ITransformer> Model = new(() => Fit(new MLContext(seed: 1), Columns, epochs: 60));

    private readonly ContextLog _log = new();

    private MLContext Ml => _log.Context;

    [Fact]
    public void Columns_of_every_kind_are_learned_saved_and_scored_one_by_one()
    {
        IDataView test = View(Ml, 2, 200);
        Assert.InRange(Ml.Regression.Evaluate(Model.Value.Transform(test)).RSquared, 0.97, 1);
        NeuralNetworkTransformer network = Network(Model.Value);
        Assert.Equal(Columns, network.FeatureColumnNames);
        Assert.Equal(
            [new(City, new(1), 5), new(Weight, new(1)), new(Sides, new(2)), new(Tags, new(4), 5)],
            network.Model.Definition.Inputs.ToArray());

        using TempFolder folder = new();
        Ml.Model.Save(Model.Value, test.Schema, folder.File("model.zip"));
        ITransformer loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);
        float[] scores = Values.Floats(Model.Value.Transform(test));
        Assert.Equal(scores, Values.Floats(loaded.Transform(test)));
        using PredictionEngine<Parcel, Prediction> engine = Ml.Model.CreatePredictionEngine<Parcel, Prediction>(loaded);
        Values.Close(scores, [.. Rows(2, 200).Select(row => engine.Predict(row).Score)], 1e-4);
    }

    /// <summary>Each column counts: without it the price can't be told as well.</summary>
    [Theory, InlineData(City), InlineData(Weight), InlineData(Sides), InlineData(Tags)]
    public void Each_column_counts(string left)
    {
        IDataView test = View(Ml, 2, 200);
        ITransformer without = Fit(Ml, [.. Columns.Except([left])], epochs: 20);
        Assert.InRange(Ml.Regression.Evaluate(without.Transform(test)).RSquared, 0, 0.95);
    }

    [Fact]
    public void The_network_may_take_its_inputs_in_another_order()
    {
        IDataView train = View(Ml, 1, 300), test = View(Ml, 2, 100);
        ITransformer reversed = Keys(Ml).Append(Trainer(Ml, Columns, 30, options => options.MultiInputArchitecture =
            (inputs, outputs) => EntityEmbeddingNetwork.Create([.. inputs.Reverse()], outputs, [32]))).Fit(train);
        Assert.Equal(Columns.Reverse(), Network(reversed).FeatureColumnNames);
        Assert.InRange(Ml.Regression.Evaluate(reversed.Transform(test)).RSquared, 0.9, 1);
    }

    [Fact]
    public void Cross_validation_takes_it_as_any_trainer() => Assert.All(
        Ml.Regression.CrossValidate(View(Ml, 1, 300), Keys(Ml).Append(Trainer(Ml, Columns, 30)), 3),
        fold => Assert.InRange(fold.Metrics.RSquared, 0.85, 1));

    [Fact]
    public void Two_classes_several_classes_and_several_labels_take_them_too()
    {
        IDataView train = Ml.Transforms.CustomMapping<Parcel, Labels>((parcel, labels) =>
        {
            labels.IsDear = parcel.Label > 55;
            labels.Both = [parcel.Label > 55 ? 1 : 0, parcel.Weight > 0.5 ? 1 : 0];
        }, null).Append(Ml.Transforms.Conversion.MapValueToKey("Class", nameof(Labels.IsDear))).Append(Keys(Ml)).Fit(View(Ml, 1, 300))
            .Transform(View(Ml, 1, 300));
        Assert.InRange(Ml.BinaryClassification.Evaluate(Ml.BinaryClassification.Trainers.NeuralNetwork(
            With(new NeuralNetworkBinaryTrainer.Options(), nameof(Labels.IsDear))).Fit(train).Transform(train), nameof(Labels.IsDear)).Accuracy, 0.9, 1);
        Assert.InRange(Ml.MulticlassClassification.Evaluate(Ml.MulticlassClassification.Trainers.NeuralNetwork(
            With(new NeuralNetworkMulticlassTrainer.Options(), "Class")).Fit(train).Transform(train), "Class").MicroAccuracy, 0.9, 1);
        Assert.InRange(Ml.MulticlassClassification.EvaluateMultiLabel(Ml.MulticlassClassification.Trainers.MultiLabelNeuralNetwork(
            With(new NeuralNetworkMultiLabelTrainer.Options(), nameof(Labels.Both))).Fit(train).Transform(train), nameof(Labels.Both)).SubsetAccuracy, 0.85, 1);

        static TOptions With<TOptions>(TOptions options, string label)
            where TOptions : SupervisedNetworkOptions
        {
            options.LabelColumnName = label;
            return Set(options, Columns, 30);
        }
    }

    [Fact]
    public void What_is_unknown_or_missing_has_a_defined_score()
    {
        Parcel known = new() { CityName = "Rome", Weight = 0.5f, Sides = [0.5f, 0.5f], TagText = "cold" };
        float[] scores = Score(
            known, Changed(parcel => parcel.CityName = "Atlantis"), Changed(parcel => parcel.CityName = ""),
            Changed(parcel => parcel.TagText = "unheard cold"), Changed(parcel => parcel.TagText = ""),
            Changed(parcel => parcel.TagText = "unheard"), Changed(parcel => parcel.Weight = float.NaN),
            Changed(parcel => parcel.Sides = [0.5f, float.PositiveInfinity]));
        Assert.True(float.IsFinite(scores[1]));
        Assert.NotEqual(scores[0], scores[1]);
        Assert.Equal(scores[1], scores[2]);
        Assert.Equal(scores[0], scores[3]);
        Assert.NotEqual(scores[0], scores[4]);
        Assert.Equal(scores[4], scores[5]);
        Assert.Equal([float.NaN, float.NaN], scores[6..]);

        Parcel Changed(Action<Parcel> change)
        {
            Parcel parcel = new() { CityName = known.CityName, Weight = known.Weight, Sides = known.Sides, TagText = known.TagText };
            change(parcel);
            return parcel;
        }

        float[] Score(params Parcel[] parcels) => Values.Floats(Model.Value.Transform(Ml.Data.LoadFromEnumerable(parcels)));
    }

    [Fact]
    public void Rows_without_a_number_are_skipped_and_those_without_a_category_learned()
    {
        List<Parcel> rows = Rows(1, 40);
        rows[2].Weight = float.NaN;
        rows[5].Sides = [1, float.NegativeInfinity];
        rows[7].CityName = "";
        rows[9].TagText = "";
        Keys(Ml).Append(Trainer(Ml, Columns, 1)).Fit(Ml.Data.LoadFromEnumerable(rows));
        Assert.Contains(
            "Skipped 2 rows of 40 in the training data: 2 with missing or infinite values in the feature column " +
            "'City', 'Weight', 'Sides', 'Tags'", Assert.Single(_log.Warnings));
        Assert.Contains(_log.Infos, line => line.Contains("on 38 examples"));
    }

    /// <summary>They would have the weights of other columns, whose names and shapes are the same.</summary>
    [Fact]
    public void Going_on_from_a_model_takes_the_same_columns_in_the_same_order()
    {
        IDataView data = Ml.Transforms.CopyColumns("Length", Weight).Append(Ml.Transforms.CopyColumns("Other", Weight)).Fit(View(Ml, 1, 20))
            .Transform(View(Ml, 1, 20));
        NeuralNetworkTransformer model = Trainer(Ml, [Weight, "Length"], 1).Fit(data);
        Assert.Single(Trainer(Ml, [Weight, "Length"], 1).Fit(data, null, model).History);
        foreach (string[] columns in (string[][])[["Length", Weight], [Weight, "Other"]])
        {
            Assert.Contains(
                $"takes the feature columns 'Weight', 'Length', but the network to train '{columns[0]}', '{columns[1]}'",
                Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(Ml, columns, 1).Fit(data, null, model)).Message);
        }
    }

    [Fact]
    public void Images_go_to_inputs_of_their_shape()
    {
        TableView table = new(
            TableColumn.Single(Price, [1, 2]), TableColumn.Single(Weight, [3, 4]),
            TableColumn.Vector("Image", NumberDataViewType.Single, [new float[48], new float[48]], [3, 4, 4]));
        Assert.Single(Fit(new(3, 4, 4)).History);
        Assert.Contains(
            "'Image' takes [4×4×3], but the feature column 'Image' is Vector<Single, 3, 4, 4>, seen as [3×4×4]",
            Assert.Throws<ArgumentOutOfRangeException>(() => Fit(new(4, 4, 3))).Message);

        NeuralNetworkTransformer Fit(TensorShape image) => Trainer(Ml, ["Image", Weight], 1, options => options.MultiInputArchitecture =
            (inputs, outputs) => EntityEmbeddingNetwork.Create([new("Image", image), inputs[1]], outputs, [])).Fit(table);
    }

    [Fact]
    public void One_column_alone_is_seen_as_it_is()
    {
        TableView table = new(
            TableColumn.Single(Price, [1, 2]),
            TableColumn.Vector("Image", NumberDataViewType.Single, [new float[48], new float[48]], [3, 4, 4]),
            TableColumn.Vector("Words", new KeyDataViewType(typeof(uint), 8), new uint[][] { [1, 2, 3], [4] }, [0]));
        TensorShape? seen = null;
        Fit("Image", (shape, outputs) => NetworkDefinition.Build(seen = shape, layers => layers.Conv2d(2, 3).Flatten().Linear(outputs)));
        Assert.Equal(new TensorShape(3, 4, 4), seen);
        Assert.Contains("takes [4×4×3], but the feature column 'Image' is Vector<Single, 3, 4, 4>, seen as [3×4×4]", Error("Image", new(4, 4, 3)));
        Assert.Contains("takes [47], but the feature column 'Image' is Vector<Single, 3, 4, 4>", Error("Image", new(47)));
        Assert.Contains("takes numbers, but the feature column 'Words' has keys", Error("Words", new(3)));
        Fit("Words", (_, outputs) => EntityEmbeddingNetwork.Create([new("ids", new(3), 9)], outputs, []));

        string Error(string column, TensorShape shape) => Assert.Throws<ArgumentOutOfRangeException>(
            () => Fit(column, (_, outputs) => FeedForward.Create(shape, outputs, []))).Message;

        void Fit(string column, NetworkArchitecture architecture) => Assert.Single(
            Trainer(Ml, [column], 1, options => options.Architecture = architecture).Fit(table).History);
    }

    [Fact]
    public void The_log_names_the_columns_that_are_cut()
    {
        Keys(Ml).Append(Trainer(Ml, Columns, 1, options => options.MaxLength = 1)).Fit(View(Ml, 1, 50));
        Assert.Contains(_log.Infos, line =>
            line.Contains("of 50 in the training data to the first 1 keys of the feature column 'Tags'."));
    }

    [Fact]
    public void Changing_the_list_afterwards_is_for_the_next_trainer()
    {
        List<string> names = [City, Weight];
        NeuralNetworkRegressionTrainer trainer = Ml.Regression.Trainers.NeuralNetwork(new() { FeatureColumnNames = names, Epochs = 1 });
        names.Clear();
        IDataView data = Keys(Ml).Fit(View(Ml, 1, 20)).Transform(View(Ml, 1, 20));
        Assert.Equal([City, Weight], trainer.Fit(data).FeatureColumnNames);
    }

    [Fact]
    public void Feature_importance_says_that_it_needs_one_vector() => Assert.Contains(
        "The model takes the feature columns 'City', 'Weight', 'Sides', 'Tags' and so has no single one",
        Assert.Throws<InvalidOperationException>(
            () => Ml.Regression.PermutationFeatureImportance(Network(Model.Value), Model.Value.Transform(View(Ml, 1, 20)))).Message);

    [Fact]
    public void Numbers_alone_can_go_to_a_network_of_one_input()
    {
        ITransformer model = Trainer(Ml, [Weight, Sides], 1, options =>
            options.Architecture = (shape, outputs) => FeedForward.Create(shape, outputs, [8])).Fit(View(Ml, 1, 50));
        Assert.Equal(3, Network(model).Model.Definition.InputShape.Size);
        Assert.Equal("Vector<Single, 3>", $"{Network(model).FeatureColumnType}");
        using TempFolder folder = new();
        Ml.Model.Save(model, View(Ml, 1, 50).Schema, folder.File("model.zip"));
        Assert.Equal(
            Values.Floats(model.Transform(View(Ml, 2, 20))),
            Values.Floats(Ml.Model.Load(folder.File("model.zip"), out _).Transform(View(Ml, 2, 20))));
    }

    [Fact]
    public void One_category_alone_and_bytes_beside_it_are_columns_too()
    {
        byte[][] pixels = [.. Enumerable.Range(0, 60).Select(row => (byte[])[(byte)(row % 5), (byte)(200 + row % 7)])];
        TableView table = new(
            TableColumn.Single(Price, pixels.Select((row, index) => row[0] + 10f * (index % 3))),
            TableColumn.Scalar("Small", new KeyDataViewType(typeof(byte), 3), pixels.Select((_, index) => (byte)(index % 3 + 1))),
            TableColumn.Vector("Pixels", NumberDataViewType.Byte, pixels),
            TableColumn.Vector("Floats", NumberDataViewType.Single, pixels.Select(row => row.Select(value => (float)value).ToArray())));
        NeuralNetworkTransformer one = Trainer(Ml, ["Small"], 30, options => options.Epochs = 100).Fit(table);
        Assert.Equal("Small", one.FeatureColumnName);
        float[] scores = Values.Floats(one.Transform(table));
        Assert.Equal([2, 12, 22], scores.Take(3).Select(score => MathF.Round(score)));
        Assert.Equal(Scores("Floats"), Scores("Pixels"));

        float[] Scores(string column) => Values.Floats(Trainer(
            Ml, ["Small", column], 2, options => options.MultiInputArchitecture = (inputs, outputs) =>
                EntityEmbeddingNetwork.Create([inputs[0], new(column, new(2))], outputs, [4])).Fit(table).Transform(table));
    }

    [Fact]
    public void A_row_needs_its_columns_and_allocates_nothing()
    {
        NeuralNetworkTransformer network = Network(Model.Value);
        TableView table = new(
            TableColumn.Single("Aside", new float[300]),
            TableColumn.Key(City, Enumerable.Range(0, 300).Select(row => (uint)row % 5), 4),
            TableColumn.Single(Weight, new float[300]),
            TableColumn.Vector(Sides, NumberDataViewType.Single, Enumerable.Repeat<float[]>([1, 2], 300)),
            TableColumn.Vector(Tags, new KeyDataViewType(typeof(uint), 4), Enumerable.Repeat<uint[]>([1, 2, 3], 300), [0]));
        IRowToRowMapper mapper = network.GetRowToRowMapper(table.Schema);
        Assert.Equal(
            [City, Weight, Sides, Tags], mapper.GetDependencies([mapper.OutputSchema["Score"]]).Select(column => column.Name));
        using DataViewRowCursor cursor = table.GetRowCursor(table.Schema);
        using DataViewRow row = mapper.GetRow(cursor, mapper.OutputSchema);
        ValueGetter<float> getter = row.GetGetter<float>(mapper.OutputSchema["Score"]);
        float score = 0;
        Read(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(150);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Read(int count)
        {
            for (int i = 0; i < count; i++)
            {
                cursor.MoveNext();
                getter(ref score);
            }
        }
    }

    private static ITransformer Fit(MLContext ml, string[] columns, int epochs) =>
        Keys(ml).Append(Trainer(ml, columns, epochs)).Fit(View(ml, 1, 400));

    private sealed class Labels
    {
        public bool IsDear { get; set; }

        [VectorType(2)]
        public float[] Both { get; set; } = [];
    }
}
