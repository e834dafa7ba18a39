using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Text;
using MLNetExtensions.Trainers;
using static MLNetExtensions.Tests.MadeUpTexts;

namespace MLNetExtensions.Tests.Tokens;

/// <summary>Texts as tokens of WordPiece and byte-pair vocabularies, small ones in the published forms.</summary>
public sealed class SubwordTests
{
    private const string BertTokens =
        "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ntea\ntrain\nrain\n##ing\n##s\nso\nit\na\nof\nand\nby\nnow\n!\n?\n";

    // The bytes of GPT-2: a space is Ġ.
    private const string GptTokens = """
        {"t":0,"e":1,"a":2,"r":3,"i":4,"n":5,"Ġ":6,"te":7,"tea":8,"Ġtea":9,"!":10,"in":11,"ain":12,"rain":13,"Ġrain":14,"train":15,"Ġtrain":16,
        "Ã":17,"©":18,"s":19,"o":20,"h":21,"f":22,"d":23,"b":24,"y":25,"w":26}
        """;

    private const string GptMerges = "#version: 0.2\nt e\nte a\nĠ tea\ni n\na in\nr ain\nĠ rain\nt rain\nĠ train\n";

    private const string WordTokens = """{"[UNK]":0,"t":1,"e":2,"a</w>":3,"a":4,"te":5,"tea</w>":6,"s</w>":7,"t</w>":8}""";

    private const string WordMerges = "t e\nte a</w>\n";

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void WordPiece_takes_words_apart_into_the_longest_pieces()
    {
        using TempFolder folder = new();
        SubwordVocabulary vocabulary = WordPiece(folder);
        Assert.Equal(20, vocabulary.Tokens.Length);
        Assert.Equal("##ing", vocabulary.Tokens[9]);
        Assert.Equal(["the", "train", "##ing", "train", "##s", "!"], Split(vocabulary, "The TRAINING, trains!".Replace(",", "")));
        Assert.Equal(["tea", "[UNK]"], Split(vocabulary, "TEA xyz"));
        Assert.Empty(Split(vocabulary, ""));
    }

    [Fact]
    public void Bytes_are_joined_in_the_order_of_the_merges()
    {
        using TempFolder folder = new();
        SubwordVocabulary vocabulary = SubwordVocabulary.LoadBpe(
            Write(folder, "vocab.json", GptTokens), Write(folder, "merges.txt", GptMerges));
        Assert.Equal(["tea", "Ġtea", "Ġtrain", "!"], Split(vocabulary, "tea tea train!"));
        Assert.Equal(["t", "Ã", "©"], Split(vocabulary, "té"));
        Assert.Empty(Split(vocabulary, ""));
    }

    [Fact]
    public void Characters_are_joined_up_to_the_end_of_a_word()
    {
        using TempFolder folder = new();
        SubwordVocabulary vocabulary = SubwordVocabulary.LoadBpe(
            Write(folder, "vocab.json", WordTokens), Write(folder, "merges.txt", WordMerges));
        Assert.Equal(["tea</w>", "te", "a", "t</w>"], Split(vocabulary, "tea teat"));
    }

    [Fact]
    public void Tokens_are_keys_that_networks_learn_from_and_models_keep()
    {
        using TempFolder folder = new();
        IEstimator<ITransformer> pipeline = _ml.Transforms.Text.TokenizeIntoSubwords(Words, nameof(Row.Text), WordPiece(folder))
            .Append(_ml.Transforms.Conversion.MapValueToKey(Label, nameof(Row.Topic)))
            .Append(_ml.MulticlassClassification.Trainers.NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options
            {
                FeatureColumnName = Words, Epochs = 30, LearningRate = 0.01, Seed = 1,
                SequenceArchitecture = (vocabulary, length, classes) => TextCnn.Create(
                    vocabulary, length, classes, embeddingDimension: 8, windows: [1, 2], maps: 8),
            }));
        IDataView train = View(_ml, 1, 300), test = View(_ml, 2, 100);
        ITransformer model = pipeline.Fit(train);
        IDataView scored = model.Transform(test);
        KeyDataViewType key = Assert.IsType<KeyDataViewType>(((VectorDataViewType)scored.Schema[Words].Type).ItemType);
        Assert.Equal(20ul, key.Count);
        Assert.InRange(_ml.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.95, 1);

        _ml.Model.Save(model, train.Schema, folder.File("model.zip"));
        File.Delete(folder.File("vocab.txt"));
        ITransformer loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);
        float[][] expected = [.. scored.GetColumn<float[]>("Score")];
        Assert.Equal(expected, loaded.Transform(test).GetColumn<float[]>("Score"));
        using PredictionEngine<Query, Answer> engine = _ml.Model.CreatePredictionEngine<Query, Answer>(loaded);
        Assert.Equal(expected[0][0], engine.Predict(new() { Text = Rows(2, 100)[0].Text }).Score[0], 1e-5);
    }

    [Fact]
    public void Bytes_and_their_merges_are_saved()
    {
        using TempFolder folder = new();
        SubwordVocabulary vocabulary = SubwordVocabulary.LoadBpe(
            Write(folder, "vocab.json", GptTokens), Write(folder, "merges.txt", GptMerges));
        IDataView data = View(_ml, "tea tea train!");
        ITransformer step = _ml.Transforms.Text.TokenizeIntoSubwords(nameof(Row.Text), null, vocabulary).Fit(data);
        _ml.Model.Save(step, data.Schema, folder.File("step.zip"));
        ITransformer loaded = new MLContext().Model.Load(folder.File("step.zip"), out _);
        Assert.Equal([9u, 10u, 17u, 11u], loaded.Transform(data).GetColumn<uint[]>(nameof(Row.Text)).Single());
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        using TempFolder folder = new();
        string noTokens = Write(folder, "broken.json", "{\"a\":"), noUnknown = Write(folder, "other.txt", "the\ntea\n");
        string gap = Write(folder, "gap.json", """{"a":0,"b":2}"""), merges = Write(folder, "merges.txt", GptMerges);
        Assert.Contains("broken.json", Assert.Throws<FormatException>(() => SubwordVocabulary.LoadBpe(noTokens, merges)).Message);
        Assert.Contains("that of 'b' is 2", Assert.Throws<FormatException>(() => SubwordVocabulary.LoadBpe(gap, merges)).Message);
        Assert.Contains("other.txt", Assert.Throws<FormatException>(() => SubwordVocabulary.LoadWordPiece(noUnknown)).Message);
        Assert.Throws<FileNotFoundException>(() => SubwordVocabulary.LoadWordPiece(folder.File("none.txt")));

        IDataView data = View(_ml, "tea");
        Fails("input column 'NoText'", "NoText");
        Fails("input column 'Number': expected String, got Single", nameof(Row.Number));

        void Fails(string message, string column) => Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(
            () => _ml.Transforms.Text.TokenizeIntoSubwords(Words, column, WordPiece(folder)).Fit(data)).Message);
    }

    private IEnumerable<string> Split(SubwordVocabulary vocabulary, string text)
    {
        IDataView data = View(_ml, text);
        uint[] keys = _ml.Transforms.Text.TokenizeIntoSubwords(Words, nameof(Row.Text), vocabulary).Fit(data).Transform(data)
            .GetColumn<uint[]>(Words).Single();
        return keys.Select(key => vocabulary.Tokens[(int)key - 1]);
    }

    private static SubwordVocabulary WordPiece(TempFolder folder) =>
        SubwordVocabulary.LoadWordPiece(Write(folder, "vocab.txt", BertTokens));

    private static string Write(TempFolder folder, string name, string content)
    {
        File.WriteAllText(folder.File(name), content);
        return folder.File(name);
    }
}
