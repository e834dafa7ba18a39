using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Tests.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>Networks of texts and of series.</summary>
public sealed class SequenceArchitectureTests
{
    private const int Vocabulary = 30;

    /// <summary>Texts classifiers by the length that texts are padded to.</summary>
    private static readonly Dictionary<string, Func<int, NetworkDefinition>> Texts = new()
    {
        ["TextCnn"] = length => TextCnn.Create(Vocabulary, length, 3, embeddingDimension: 6, maps: 5),
        ["RecurrentClassifier"] = length => RecurrentClassifier.Create(Vocabulary, length, 3, embeddingDimension: 6, hiddenSize: 5),
        ["RecurrentClassifier of GRUs"] =
            length => RecurrentClassifier.Create(Vocabulary, length, 3, 6, hiddenSize: 5, layers: 2, gated: true),
        ["RecurrentClassifier by its largest states"] =
            length => RecurrentClassifier.Create(Vocabulary, length, 3, 6, hiddenSize: 5, pooling: TimePooling.Max),
        ["RecurrentClassifier by its mean states"] =
            length => RecurrentClassifier.Create(Vocabulary, length, 3, 6, hiddenSize: 5, pooling: TimePooling.Mean),
    };

    public static TheoryData<string> TextNames => [.. Texts.Keys];

    public static TheoryData<string, NetworkDefinition, long> Counts => new()
    {
        // Kim's for the 9,592 words of TREC: vectors, 300·100 weights a word of each window and 100 biases, 6 classes.
        { "TextCnn", TextCnn.Create(9592, 37, 6), 9592 * 300 + (3 + 4 + 5) * 300 * 100 + 3 * 100 + 301 * 6 },
        // The same, and a vector of each of the 900 endings and 40 shapes.
        {
            "TextCnn with subwords",
            TextCnn.CreateWithSubwords([new("words", new(37), 9592), new("endings", new(37), 900), new("shapes", new(37), 40)], 6),
            (9592 + 900 + 40) * 300 + (3 + 4 + 5) * 300 * 100 + 3 * 100 + 301 * 6
        },
        // Vectors of words twice more and of parts once more; a fully connected layer for the states as well; two directions of three
        // gates with 300 + 100 weights and two biases a unit.
        {
            "TextEnsemble",
            TextEnsemble.Create([new("words", new(37), 9592), new("endings", new(37), 900)], 6),
            (3 * 9592 + 2 * 900) * 300 + 3 * ((3 + 4 + 5) * 300 * 100 + 3 * 100 + 301 * 6) + 2 * 3 * 100 * (300 + 100 + 2) + 200 * 6
        },
        // Two directions of four gates, each with weights for input and state and two biases.
        { "RecurrentClassifier", RecurrentClassifier.Create(1000, 20, 2), 1000 * 100 + 2 * 4 * 128 * (100 + 128 + 2) + 257 * 2 },
        // Of the paper's code: two linear layers from 336 to 96.
        { "DLinear", DLinear.Create(new(7, 336), 96), 2 * 337 * 96 },
        { "DLinear, a series each", DLinear.Create(new(7, 336), 96, individual: true), 7 * 2 * 337 * 96 },
    };

    [Theory, MemberData(nameof(Counts))]
    public void Parameters_are_as_many_as_published(string name, NetworkDefinition network, long count) =>
        Assert.True(count == network.ParameterCount, $"{name}: {network.ParameterCount}");

    /// <summary>However far a text is padded it is judged alike, be it of one word or none.</summary>
    [Theory, MemberData(nameof(TextNames))]
    public void Padding_changes_nothing(string name)
    {
        float[][] texts = [[], [7], [3, 29], [1, 2, 3, 4, 5, 6, 7, 8]];
        NetworkDefinition network = Texts[name](8);
        NetworkWeights weights = SessionFactory.Weights(network);
        // The vector of padding stays 0, as training leaves it.
        weights["embedding.weight"].Values.AsSpan(0, 6).Clear();
        foreach (int length in new[] { 9, 25 })
        {
            float[] expected = Score(network, 8), padded = Score(Texts[name](length), length);
            Assert.All(expected.Zip(padded), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }

        float[] Score(NetworkDefinition network, int length)
        {
            float[] rows = [.. texts.SelectMany(text => text.Concat(Enumerable.Repeat(0f, length - text.Length)))];
            float[] scores = new float[texts.Length * 3];
            using IInferenceSession session = SessionFactory.Infer(new(network, weights), texts.Length);
            session.Run(rows, texts.Length, scores);
            Assert.All(scores, score => Assert.True(float.IsFinite(score)));
            return scores;
        }
    }

    /// <summary>A word's vector is the sum of its parts', so that one network gives what another does whose words have these sums; where
    /// a word is unknown its parts are not, and where all are there is none.</summary>
    [Fact]
    public void A_word_is_the_sum_of_its_parts()
    {
        const int Length = 5, Dimension = 6;
        NetworkDefinition parts = TextCnn.CreateWithSubwords(
            [new("words", new(Length), 4), new("endings", new(Length), 3)], 3, Dimension, windows: [2, 3], maps: 5);
        NetworkDefinition sums = TextCnn.Create(12, Length, 3, Dimension, windows: [2, 3], maps: 5);
        NetworkWeights ofParts = SessionFactory.Weights(parts), ofSums = SessionFactory.Weights(sums);
        foreach ((string name, WeightTensor tensor) in ofParts.Where(pair => !pair.Key.StartsWith("embedding")))
            tensor.Values.CopyTo(ofSums[name].Values, 0);
        float[] words = ofParts["embedding.words.weight"].Values, endings = ofParts["embedding.endings.weight"].Values;
        words.AsSpan(0, Dimension).Clear();
        endings.AsSpan(0, Dimension).Clear();
        for (int i = 0; i < 12 * Dimension; i++)
        {
            (int id, int k) = int.DivRem(i, Dimension);
            ofSums["embedding.weight"].Values[i] = words[id / 3 * Dimension + k] + endings[id % 3 * Dimension + k];
        }

        // Words 3, 0, 1 and 2 with endings 1, 2, 0 and 2: ids 3·word + ending.
        float[] scores = Score(parts, ofParts, [3, 0, 1, 2, 0, 1, 2, 0, 2, 0]), expected = Score(sums, ofSums, [10, 2, 3, 8, 0]);
        Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.NotEqual(scores, Score(parts, ofParts, [3, 0, 1, 2, 0, 1, 1, 0, 2, 0]));

        static float[] Score(NetworkDefinition network, NetworkWeights weights, float[] row)
        {
            float[] scores = new float[3];
            using IInferenceSession session = SessionFactory.Infer(new(network, weights), 1);
            session.Run(row, 1, scores);
            return scores;
        }
    }

    /// <summary>Each member gives what it gives alone, and the logits are their mean, however far a text is padded.</summary>
    [Fact]
    public void An_ensemble_is_the_mean_of_its_members()
    {
        NetworkDefinition network = Ensemble(4);
        NetworkModel trained = new(network, SessionFactory.Weights(network));
        foreach (string parts in new[] { "words", "endings" })
        {
            foreach ((_, WeightTensor vectors) in trained.Weights.Where(pair => pair.Key.EndsWith($"embedding.{parts}.weight")))
                vectors.Values.AsSpan(0, 6).Clear();
        }
        float[][] members =
        [
            .. new[] { TextEnsemble.Words, TextEnsemble.Subwords, TextEnsemble.Recurrent }.Select(
                member => Score(trained, [3, 0, 1, 2], [2, 0, 1, 2], member)),
        ];
        Assert.All(members, member => Assert.All(members, other => Assert.True(member == other || !member.SequenceEqual(other))));
        float[] mean = [.. Enumerable.Range(0, 3).Select(i => members.Average(member => member[i]))];
        Equal(mean, Score(trained, [3, 0, 1, 2], [2, 0, 1, 2], TextEnsemble.Logits));
        NetworkModel longer = new(Ensemble(7), trained.Weights);
        Equal(mean, Score(longer, [3, 0, 1, 2, 0, 0, 0], [2, 0, 1, 2, 0, 0, 0], TextEnsemble.Logits));
        Assert.NotEqual(mean, Score(trained, [3, 0, 1, 2], [2, 0, 2, 2], TextEnsemble.Logits));

        static NetworkDefinition Ensemble(int length) => TextEnsemble.Create(
            [new("words", new(length), 4), new("endings", new(length), 3)], 3, embeddingDimension: 6, maps: 5, hiddenSize: 4);

        static float[] Score(NetworkModel model, float[] words, float[] endings, string output)
        {
            // The member of words has but one input.
            NetworkModel part = model.WithOutputs(output);
            float[] scores = new float[3];
            using IInferenceSession session = SessionFactory.Infer(part, 1);
            session.Run([.. part.Definition.Inputs.SelectMany(input => input.Name == "words" ? words : endings)], 1, scores);
            return scores;
        }

        static void Equal(float[] expected, float[] actual) =>
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    /// <summary>Its loss trains every member by itself: a member's gradients are those of its own loss.</summary>
    [Fact]
    public void Members_learn_by_themselves()
    {
        NetworkDefinition network = TextEnsemble.Create(
            [new("words", new(4), 4), new("endings", new(4), 3)], 3, embeddingDimension: 6, maps: 5, hiddenSize: 4, dropout: 0);
        NetworkWeights weights = SessionFactory.Weights(network), alone = SessionFactory.Weights(network);
        float[] rows = Examples.Of(network, 4, 2), targets = [0, 1, 2, 1];
        Gradients(network, TextEnsemble.Loss(), weights);
        Gradients(
            network, new CompositeLoss(new OutputLoss(TextEnsemble.Subwords, new CrossEntropyLoss())), alone);
        foreach ((string name, WeightTensor tensor) in alone)
        {
            bool isOfMember = name.StartsWith("subwords.");
            Assert.Equal(isOfMember, tensor.Values.Any(value => value != 0));
            Assert.Contains(weights[name].Values, value => value != 0);
            if (isOfMember)
                Assert.All(tensor.Values.Zip(weights[name].Values), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }

        void Gradients(NetworkDefinition network, Loss loss, NetworkWeights gradients)
        {
            using ManagedTrainingSession<float> session = SessionFactory.Train<float>(
                network, SessionFactory.Weights(network), SessionFactory.Options(4, loss));
            session.ComputeGradients(new(4, rows, targets));
            session.ReadGradients(gradients);
        }
    }

    [Fact]
    public void Parts_that_are_not_those_of_the_same_words_are_refused()
    {
        NetworkInput words = new("words", new(5), 9);
        foreach (NetworkInput[] inputs in new NetworkInput[][]
        {
            [words], [words, new("endings", new(4), 9)], [words, new("numbers", new(5))], [words, new("letters", new(5, 3), 9)],
        })
        {
            Assert.Contains("[length] each", Assert.Throws<ArgumentException>(() => TextCnn.CreateWithSubwords(inputs, 3)).Message);
            Assert.Contains("[length] each", Assert.Throws<ArgumentException>(() => TextEnsemble.Create(inputs, 3)).Message);
        }
        Assert.Contains(
            "'words' [5] of ids, 'numbers' [5] of numbers.",
            Assert.Throws<ArgumentException>(() => TextCnn.CreateWithSubwords([words, new("numbers", new(5))], 3)).Message);
    }

    /// <summary>What reverses the normalisation forecasts a series twice as high and shifted as twice as high and shifted.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void Forecasts_follow_level_and_scale(bool attention)
    {
        NetworkDefinition network = attention
            ? TransformerForecaster.Create(new(2, 24), 4, layers: 1, heads: 2, features: 8)
            : RecurrentForecaster.Create(new(2, 24), 4, segmentLength: 6, hiddenSize: 8);
        float[] series = SessionFactory.Normal(1, 48, scale: 10), scores = new float[16];
        float[] rows = [.. series, .. series.Select(value => 2 * value + 100)];
        using IInferenceSession session = SessionFactory.Infer(new(network, SessionFactory.Weights(network)), 2);
        session.Run(rows, 2, scores);
        for (int i = 0; i < 8; i++)
            Assert.Equal(2 * scores[i] + 100, scores[8 + i], 1e-3);
    }

    [Fact]
    public void A_window_of_half_segments_is_refused() => Assert.Contains(
        "in segments of 24 steps, but [3×100] does not come to whole ones",
        Assert.Throws<ArgumentException>(() => RecurrentForecaster.Create(new(3, 100), 8)).Message);
}
