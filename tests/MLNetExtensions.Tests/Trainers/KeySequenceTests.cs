using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;
using static MLNetExtensions.Tests.MadeUpTexts;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Texts as ids by ML.NET's own means: vectors of keys of any length, padded and cut by the trainer.</summary>
public sealed class KeySequenceTests
{
    private static readonly SequenceArchitecture Small =
        (vocabulary, length, outputs) => TextCnn.Create(vocabulary, length, outputs, embeddingDimension: 8, windows: [1, 2], maps: 8);

    private readonly ContextLog _log = new();

    private MLContext Ml => _log.Context;

    public static TheoryData<string, string> TasksAndNetworks => new()
    {
        { "binary", "cnn" }, { "multiclass", "cnn" }, { "regression", "cnn" }, { "multiclass", "recurrent" }, { "multiclass", "transformer" },
        { "multiclass", "default" },
    };

    [Theory]
    [MemberData(nameof(TasksAndNetworks))]
    public void Words_are_learned_saved_and_scored_one_by_one(string task, string network)
    {
        SequenceArchitecture? architecture = network switch
        {
            "cnn" => Small,
            "recurrent" => (vocabulary, length, outputs) => RecurrentClassifier.Create(
                vocabulary, length, outputs, embeddingDimension: 8, hiddenSize: 8, dropout: 0),
            "transformer" => (vocabulary, length, outputs) => TransformerClassifier.Create(
                vocabulary, length, outputs, layers: 1, heads: 2, features: 16),
            _ => null,
        };
        ITransformer model = Keys(Ml).Append(Trainer(task, architecture, epochs: network == "default" ? 3 : 30)).Fit(View(Ml, 1, 300));
        IDataView test = View(Ml, 2, 100);
        Assert.InRange(Quality(task, model.Transform(test)), 0.95, 1);

        using TempFolder folder = new();
        Ml.Model.Save(model, test.Schema, folder.File("model.zip"));
        ITransformer loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);
        float[] scores = Scores(model.Transform(test));
        Assert.Equal(scores, Scores(loaded.Transform(test)));
        Assert.Equal(
            Rows(2, 100).Select(row => row.Text).SelectMany(text => Scores(loaded.Transform(View(Ml, text)))),
            scores);
        if (task == "multiclass")
        {
            using PredictionEngine<Query, Answer> engine = Ml.Model.CreatePredictionEngine<Query, Answer>(loaded);
            float[] one = [.. Rows(2, 100).SelectMany(row => engine.Predict(new() { Text = row.Text }).Score)];
            Assert.Equal(scores.Length, one.Length);
            Assert.All(scores.Zip(one), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void What_is_padded_cut_empty_or_unknown_has_a_defined_score()
    {
        ITransformer model = Keys(Ml).Append(Trainer("multiclass", Small, maxLength: 4)).Fit(View(Ml, 1, 300));
        float[][] scores = [.. Score(
            "so it so it tea", "so it so it", "so it so it rain train", "tea", "tea so", "", "   ", "unheard", "unheard of tea",
            "unheard unknown tea", "x y z v tea")];
        Assert.Equal(scores[1], scores[0]);
        Assert.Equal(scores[1], scores[2]);
        Assert.NotEqual(scores[3], scores[4]);
        Assert.All(scores[5..8], empty => Assert.Equal(scores[5], empty));
        Assert.All(scores[5], value => Assert.True(float.IsFinite(value)));
        Assert.NotEqual(scores[8], scores[9]);
        Assert.Equal(scores[5], scores[10]);

        float[][] Score(params string[] texts) => [.. model.Transform(View(Ml, texts)).GetColumn<float[]>("Score")];
    }

    [Fact]
    public void Rows_are_as_long_as_the_longest_one_the_network_or_the_options_say()
    {
        IDataView data = Keys(Ml).Fit(View(Ml, 1, 100)).Transform(View(Ml, 1, 100));
        int longest = Rows(1, 100).Max(row => row.Text.Split(' ').Length), keys = KeysOf(data);
        Assert.Equal(longest, Length(Trainer("multiclass", Small, epochs: 1)));
        Assert.Empty(_log.Warnings);
        Assert.Equal(longest, Length(Trainer("multiclass", Small, epochs: 1, maxLength: 100)));
        Assert.Equal(3, Length(Trainer("multiclass", Small, epochs: 1, maxLength: 3)));
        Assert.Contains(_log.Infos, line => line.Contains("Cut ") && line.Contains("first 3 keys of the feature column 'Words'"));
        NeuralNetworkMulticlassTrainer.Options options = new()
        {
            FeatureColumnName = Words, Architecture = (_, classes) => TextCnn.Create(keys + 5, 2, classes, embeddingDimension: 4), Epochs = 1,
        };
        Assert.Equal(2, Length(Ml.MulticlassClassification.Trainers.NeuralNetwork(options)));
        Assert.Contains(_log.Warnings, line => line.Contains("Cut ") && line.Contains("MaxLength"));

        int Length(IEstimator<NeuralNetworkTransformer> trainer) => trainer.Fit(data).Model.Definition.InputLayout.Size;
    }

    [Fact]
    public void Vectors_of_known_size_sparse_ones_and_smaller_keys_are_read_alike()
    {
        uint[][] rows = [.. Rows(1, 200).Select(row => row.Text.Split(' ').Select(word => (uint)(word[0] - 'a' + 1)).ToArray())];
        TableColumn label = TableColumn.Key("Label", Rows(1, 200).Select(row => row.Topic switch { "tea" => 1u, "rain" => 2u, _ => 3u }), 3);
        int width = rows.Max(row => row.Length);
        NeuralNetworkTransformer model = Trainer("multiclass", Small, epochs: 2).Fit(Table<uint>(rows, 0));
        float[] expected = Scores(model.Transform(Table<uint>(rows, 0)));
        Assert.Equal(expected, Scores(model.Transform(Table<uint>(rows, width))));
        Assert.Equal(expected, Scores(Trainer("multiclass", Small, epochs: 2).Fit(Table<uint>(rows, width)).Transform(Table<uint>(rows, 0))));
        Assert.Equal(expected, Scores(model.Transform(new TableView(label, TableColumn.Sparse(
            Words, new KeyDataViewType(typeof(uint), 26), width, rows.Select(row => (Enumerable.Range(0, row.Length).ToArray(), row)))))));
        foreach (TableView small in new[]
            { Table(Convert(value => (byte)value), 0), Table(Convert(value => (ushort)value), 0) })
        {
            using TempFolder folder = new();
            Ml.Model.Save(Trainer("multiclass", Small, epochs: 2).Fit(small), small.Schema, folder.File("model.zip"));
            Assert.Equal(expected, Scores(Ml.Model.Load(folder.File("model.zip"), out _).Transform(small)));
        }
        // A key beyond the last one is a missing one.
        uint[][] beyond = [.. rows.Select(row => row.Append(27u).ToArray())];
        Assert.Equal(expected, Scores(model.Transform(Table<uint>(beyond, 0))));

        T[][] Convert<T>(Func<uint, T> convert) => [.. rows.Select(row => row.Select(convert).ToArray())];

        TableView Table<T>(T[][] keys, int size) => new(label, TableColumn.Vector(
            Words, new KeyDataViewType(typeof(T), 26), keys.Select(row => size == 0 ? row : [.. row, .. new T[size - row.Length]]), [size]));
    }

    [Fact]
    public void Each_fold_has_its_own_vocabulary()
    {
        var folds = Ml.MulticlassClassification.CrossValidate(
            View(Ml, 1, 300), Keys(Ml).Append(Trainer("multiclass", Small)), numberOfFolds: 3);
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.95, 1));
    }

    [Fact]
    public void Training_goes_on_with_the_length_of_the_model()
    {
        ITransformer keys = Keys(Ml).Fit(View(Ml, 1, 100));
        IDataView first = keys.Transform(View(Ml, 1, 100));
        IDataView second = keys.Transform(Ml.Data.LoadFromEnumerable(Rows(2, 100).Where(row => row.Text.Split(' ').Length < 4)));
        NeuralNetworkTransformer model = Trainer("multiclass", Small, epochs: 1).Fit(first);
        NeuralNetworkTransformer further =
            ((NeuralNetworkTrainer)Trainer("multiclass", Small, epochs: 1)).Fit(second, null, model);
        Assert.Equal(model.Model.Definition, further.Model.Definition);
    }

    [Fact]
    public void A_network_of_ids_is_a_step_for_other_trainers()
    {
        IDataView data = Keys(Ml).Fit(View(Ml, 1, 200)).Transform(View(Ml, 1, 200));
        NeuralNetworkTransformer model = Trainer("multiclass", Small).Fit(data);
        var pipeline = Ml.Transforms.ApplyNeuralNetwork("Pooled", Words, model.Model, layer: "pooled")
            .Append(Ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Label", "Pooled"));
        Assert.InRange(Quality("multiclass", pipeline.Fit(data).Transform(data)), 0.95, 1);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        IDataView data = Keys(Ml).Fit(View(Ml, 1, 100)).Transform(View(Ml, 1, 100));
        int ids = KeysOf(data) + 1;
        Fails($"input 'text' has {ids - 1} ids, but the feature column 'Words' has {ids}", options => options.Architecture =
            (shape, classes) => TextCnn.Create(ids - 1, shape[0], classes));
        Fails("needs one input of ids (NetworkBuilder.InputIds), but it has 'input', numbers", options => options.Architecture =
            (shape, classes) => FeedForward.Create(shape, classes, []));
        Fails("taken in rows of at most 5", options =>
        {
            options.MaxLength = 5;
            options.Architecture = (_, classes) => TextCnn.Create(ids, 6, classes);
        });
        Fails("MaxLength", options => options.InputShape = new(4));
        Fails("InterleavedPixels is for pixels, but the feature column 'Words' is", options => options.InterleavedPixels = true);
        Fails("can't be made for the feature column 'Words'", options => options.SequenceArchitecture =
            (vocabulary, length, classes) => TextCnn.Create(vocabulary, length, classes, embeddingDimension: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Trainer("multiclass", Small, maxLength: 0));
        Assert.Contains("set one of them", Assert.Throws<ArgumentException>(() => Ml.MulticlassClassification.Trainers.NeuralNetwork(
            new() { SequenceArchitecture = Small, Architecture = (shape, classes) => FeedForward.Create(shape, classes, []) })).Message);

        TaskCase numbers = TaskCase.All["regression"];
        Assert.Contains("'Features' is Vector<Single, 4>", Assert.Throws<ArgumentOutOfRangeException>(
            () => numbers.Trainer(Ml, options => (options.Architecture, options.SequenceArchitecture) = (null, Small)).Fit(numbers.Train)).Message);

        void Fails(string message, Action<NeuralNetworkMulticlassTrainer.Options> configure)
        {
            NeuralNetworkMulticlassTrainer.Options options = new() { FeatureColumnName = Words, Epochs = 1 };
            configure(options);
            Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(
                () => Ml.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data)).Message);
        }
    }

    [Fact]
    public void Columns_that_do_not_serve_are_named()
    {
        TableColumn label = TableColumn.Key("Label", [1u, 2u], 2);
        Fails(
            TableColumn.Vector(Words, new KeyDataViewType(typeof(uint), 1 << 24), new uint[][] { [1], [2] }, [0]),
            "'Words' has 16777216 keys", "maximumNumberOfKeys");
        Fails(
            TableColumn.Vector(Words, new KeyDataViewType(typeof(ulong), 10), new ulong[][] { [1], [2] }, [0]),
            "expected Vector<Single>", "got VarVector<Key<UInt64>>");
        Fails(TableColumn.Key(Words, [1u, 2u], 2), "expected Vector<Single>", "got Key<UInt32>");

        NeuralNetworkTransformer model = Trainer("multiclass", Small, epochs: 1).Fit(Keys(5));
        Assert.Contains("Key<UInt32, 0-4>", Assert.Throws<ArgumentOutOfRangeException>(() => model.Transform(Keys(6))).Message);
        ArgumentOutOfRangeException forecast = Assert.Throws<ArgumentOutOfRangeException>(() => Ml.Forecasting.Trainers.NeuralNetwork(
            "Numbers", Words).Fit(new TableView(
                TableColumn.Vector("Numbers", NumberDataViewType.Single, new float[][] { [1], [2] }), Column(5))));
        Assert.Contains("feature column 'Words': expected Vector<Single>", forecast.Message);

        void Fails(TableColumn words, params string[] parts)
        {
            string message = Assert.Throws<ArgumentOutOfRangeException>(
                () => Trainer("multiclass", Small, epochs: 1).Fit(new TableView(label, words))).Message;
            Assert.All(parts, part => Assert.Contains(part, message));
        }

        TableView Keys(int count) => new(label, Column(count));

        TableColumn Column(int count) =>
            TableColumn.Vector(Words, new KeyDataViewType(typeof(uint), count), new uint[][] { [1], [2, 3] }, [0]);
    }

    [Fact]
    public void Words_of_another_mapping_are_an_error()
    {
        IDataView train = Keys(Ml).Fit(View(Ml, 1, 100)).Transform(View(Ml, 1, 100));
        IEnumerable<Row> reversed = Rows(1, 100).Reverse();
        IDataView others = Keys(Ml).Fit(Ml.Data.LoadFromEnumerable(reversed)).Transform(View(Ml, 2, 10));
        NeuralNetworkBinaryTrainer trainer = Ml.BinaryClassification.Trainers.NeuralNetwork(
            new() { LabelColumnName = nameof(Row.IsTea), FeatureColumnName = Words, SequenceArchitecture = Small, Epochs = 1 });
        NeuralNetworkTransformer model = trainer.Fit(train);
        using TempFolder folder = new();
        Ml.Model.Save(model, train.Schema, folder.File("model.zip"));
        ITransformer loaded = Ml.Model.Load(folder.File("model.zip"), out _);
        ITransformer features = Ml.Transforms.ApplyNeuralNetwork("Out", Words, model.Model).Fit(train);
        Func<object>[] ways =
        [
            () => model.Transform(others), () => loaded.Transform(others), () => features.Transform(others),
            () => trainer.Fit(train, others), () => trainer.Fit(others, null, model),
        ];
        Assert.All(ways, way => Assert.Contains(
            "feature column 'Words' has other key values than that of the training data, or in another order: key 1 is",
            Assert.Throws<InvalidOperationException>(way).Message));
        Assert.Equal(Scores(model.Transform(train)), Scores(loaded.Transform(train)));
        Assert.Single(trainer.Fit(train, train, model).History);
    }

    /// <summary>Some of the 65,535 keys are halves of surrogate pairs, which no file of text can hold.</summary>
    [Fact]
    public void Characters_are_the_same_ones_when_the_model_was_saved()
    {
        IDataView data = Ml.Transforms.Text.TokenizeIntoCharactersAsKeys(Words, nameof(Row.Text)).Fit(View(Ml, 1, 20))
            .Transform(View(Ml, 1, 20));
        NeuralNetworkTransformer model = Ml.BinaryClassification.Trainers.NeuralNetwork(
            new() { LabelColumnName = nameof(Row.IsTea), FeatureColumnName = Words, SequenceArchitecture = Small, Epochs = 1 }).Fit(data);
        using TempFolder folder = new();
        Ml.Model.Save(model, data.Schema, folder.File("model.zip"));
        Assert.Equal(Scores(model.Transform(data)), Scores(Ml.Model.Load(folder.File("model.zip"), out _).Transform(data)));
    }

    /// <summary>Models of before hold no words, and score as they did.</summary>
    [Fact]
    public void A_model_without_its_words_is_read()
    {
        IDataView data = Keys(Ml).Fit(View(Ml, 1, 20)).Transform(View(Ml, 1, 20));
        NeuralNetworkTransformer model = Ml.BinaryClassification.Trainers.NeuralNetwork(
            new() { LabelColumnName = nameof(Row.IsTea), FeatureColumnName = Words, SequenceArchitecture = Small, Epochs = 1 }).Fit(data);
        using TempFolder folder = new();
        string file = folder.File("model.zip");
        Ml.Model.Save(model, data.Schema, file);
        using (ZipArchive zip = ZipFile.Open(file, ZipArchiveMode.Update))
        {
            ZipArchiveEntry entry = zip.Entries.Single(entry => entry.Name == "transformer.json");
            using Stream stream = entry.Open();
            JsonObject json = JsonNode.Parse(stream)!.AsObject();
            Assert.True(json.Remove("keyValues"));
            stream.SetLength(0);
            stream.Write(Encoding.UTF8.GetBytes(json.ToJsonString()));
        }
        Assert.Equal(Scores(model.Transform(data)), Scores(Ml.Model.Load(file, out _).Transform(data)));
    }

    private IEstimator<NeuralNetworkTransformer> Trainer(
        string task, SequenceArchitecture? architecture, int epochs = 30, int? maxLength = null)
    {
        return task switch
        {
            "binary" => Ml.BinaryClassification.Trainers.NeuralNetwork(
                Set(new NeuralNetworkBinaryTrainer.Options { LabelColumnName = nameof(Row.IsTea) })),
            "regression" => Ml.Regression.Trainers.NeuralNetwork(
                Set(new NeuralNetworkRegressionTrainer.Options { LabelColumnName = nameof(Row.Number) })),
            _ => Ml.MulticlassClassification.Trainers.NeuralNetwork(Set(new NeuralNetworkMulticlassTrainer.Options())),
        };

        T Set<T>(T options)
            where T : NeuralNetworkOptions
        {
            (options.FeatureColumnName, options.SequenceArchitecture, options.MaxLength) = (Words, architecture, maxLength);
            (options.Epochs, options.LearningRate, options.BatchSize, options.Seed) = (epochs, architecture is null ? 1e-3 : 0.01, 16, 1);
            return options;
        }
    }

    private double Quality(string task, IDataView scored) => task switch
    {
        "binary" => Ml.BinaryClassification.Evaluate(scored, nameof(Row.IsTea)).Accuracy,
        "regression" => Ml.Regression.Evaluate(scored, nameof(Row.Number)).RSquared,
        _ => Ml.MulticlassClassification.Evaluate(scored).MicroAccuracy,
    };

    private static int KeysOf(IDataView data) =>
        (int)((KeyDataViewType)((VectorDataViewType)data.Schema[Words].Type).ItemType).Count;

    private static float[] Scores(IDataView scored) => scored.Schema["Score"].Type is VectorDataViewType
        ? [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)]
        : [.. scored.GetColumn<float>("Score")];
}
