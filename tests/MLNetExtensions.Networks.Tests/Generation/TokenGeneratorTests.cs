using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Generation;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class TokenGeneratorTests
{
    private const int Vocabulary = 11, Context = 8;

    public static TheoryData<string> Models => ["GPT", "encoder layers"];

    [Theory, MemberData(nameof(Models))]
    public void Logits_are_those_of_the_whole_context(string name)
    {
        NetworkModel model = Model(name);
        using IInferenceSession session = ManagedEngine.Default.CreateInferenceSession(model, 1);
        using TokenGenerator generator = new(model);
        float[] tokens = new float[Context], logits = new float[Context * Vocabulary];
        for (int place = 0; place < Context; place++)
        {
            int token = (7 * place + 3) % Vocabulary;
            tokens[place] = token;
            generator.Append(token);
            session.Run(tokens, 1, logits);
            AssertClose(logits.AsSpan(place * Vocabulary, Vocabulary), generator.Logits);
        }
        // A context that is full goes on from its later half.
        generator.Append(1);
        Assert.Equal([.. Enumerable.Range(4, 4).Select(place => (7 * place + 3) % Vocabulary), 1], generator.Context);
        float[] kept = [.. generator.Context.Select(token => (float)token), 0, 0, 0];
        session.Run(kept, 1, logits);
        AssertClose(logits.AsSpan(4 * Vocabulary, Vocabulary), generator.Logits);
        generator.Reset();
        generator.Append(3);
        session.Run([3, .. new float[Context - 1]], 1, logits);
        AssertClose(logits.AsSpan(0, Vocabulary), generator.Logits);
    }

    [Fact]
    public void One_seed_writes_one_text()
    {
        int[] first = Write(new(Seed: 1)), again = Write(new(Seed: 1)), other = Write(new(Seed: 2));
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.All(first, token => Assert.InRange(token, 0, Vocabulary - 1));
    }

    [Fact]
    public void Without_temperature_and_of_one_token_the_likeliest_is_taken()
    {
        using TokenGenerator generator = new(Model("GPT"));
        generator.Append(0);
        int[] expected = new int[20];
        for (int i = 0; i < expected.Length; i++)
        {
            ReadOnlySpan<float> logits = generator.Logits;
            expected[i] = logits.IndexOf(logits.ToArray().Max());
            generator.Append(expected[i]);
        }
        Assert.Equal(expected, Write(new(Temperature: 0)));
        Assert.Equal(expected, Write(new(TopK: 1)));
    }

    /// <summary>20,000 draws of logits 0, 1 and 2 come as often as their softmax says.</summary>
    [Theory]
    [InlineData(1, null)]
    [InlineData(0.5, null)]
    [InlineData(2, 2)]
    public void Draws_are_as_frequent_as_the_softmax_says(double temperature, int? topK)
    {
        const int Draws = 20_000;
        TokenSampler sampler = new(new(temperature, topK, Seed: 5));
        int[] counts = new int[3];
        for (int i = 0; i < Draws; i++)
            counts[sampler.Draw([0, 2, 1])]++;
        double[] powers = [topK is null ? 1 : 0, Math.Exp(2 / temperature), Math.Exp(1 / temperature)];
        for (int i = 0; i < 3; i++)
        {
            double expected = powers[i] / powers.Sum();
            Assert.InRange(counts[i] / (double)Draws, expected - 0.015, expected + 0.015);
        }
        if (topK is not null)
            Assert.Equal(0, counts[0]);
    }

    [Fact]
    public void Equal_logits_leave_as_many_as_asked()
    {
        TokenSampler sampler = new(new(TopK: 2));
        HashSet<int> drawn = [.. Enumerable.Range(0, 200).Select(_ => sampler.Draw([1, 1, 1, 1]))];
        Assert.Equal([0, 1], drawn.Order());
    }

    [Fact]
    public void What_is_no_language_model_is_refused()
    {
        Assert.Contains("takes [4] and gives [2]", Refuse(NetworkDefinition.Build(new(4), layers => layers.Linear(2))));
        Assert.Contains("'look' (ScaledDotProductAttention) can't be run token by token", Refuse(Ids(layers =>
            layers.Embedding(Vocabulary, 6).ScaledDotProductAttention(1, name: "look").Linear(Vocabulary))));
        Assert.Contains("'norm' (LayerNorm) can't be run", Refuse(Ids(layers =>
            layers.Embedding(Vocabulary, 6).LayerNorm(name: "norm").Linear(Vocabulary))));

        static string Refuse(NetworkDefinition network) => Assert.Throws<NotSupportedException>(
            () => new TokenGenerator(new(network, NetworkWeights.Initialize(network, 1)))).Message;

        static NetworkDefinition Ids(Action<NetworkBuilder> build) => NetworkDefinition.Build(layers =>
        {
            layers.InputIds("text", new(Context), Vocabulary);
            build(layers);
        });
    }

    [Fact]
    public void Bad_input_is_named()
    {
        using TokenGenerator generator = new(Model("GPT"));
        Assert.Throws<InvalidOperationException>(() => generator.Generate());
        Assert.Contains("11, which is no id from 0 to 10", Assert.Throws<ArgumentException>(() => generator.Append(11)).Message);
        generator.Append(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.Generate(new(Temperature: -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.Generate(new(TopK: 0)));
    }

    private static int[] Write(SamplingOptions options)
    {
        using TokenGenerator generator = new(Model("GPT"));
        generator.Append(0);
        return [.. generator.Generate(options).Take(20)];
    }

    private static NetworkModel Model(string name)
    {
        NetworkDefinition network = name == "GPT"
            ? TransformerLanguageModel.Create(Vocabulary, Context, layers: 2, heads: 2, features: 12, dropout: 0.1)
            : NetworkDefinition.Build(layers =>
            {
                layers.InputIds("text", new(Context), Vocabulary);
                layers.Embedding(Vocabulary, 12).SinusoidalPositions()
                    .TransformerEncoderLayer(12, 3, 20, causal: true).TransformerEncoderLayer(12, 2, 20, causal: true, normFirst: true)
                    .Linear(Vocabulary);
            });
        return new(network, Managed.SessionFactory.Weights(network));
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 2e-5);
    }
}
