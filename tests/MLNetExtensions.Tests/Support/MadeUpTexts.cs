using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Tests;

/// <summary>Made-up texts of different lengths, the same for the same seed, each with one word that decides.</summary>
internal static class MadeUpTexts
{
    public const string Label = "Label", Words = "Words";

    private static readonly string[] Topics = ["tea", "rain", "train"], Others = ["the", "a", "of", "and", "it", "so", "by", "now"];

    /// <summary>A text and its labels; ML.NET reads the properties.</summary>
    public sealed record Row(string Text, bool IsTea, string Topic, float Number);

    /// <summary>What a prediction engine is asked; a label is mapped with the rest.</summary>
    public sealed class Query
    {
        public string Text { get; set; } = "";
        public string Topic { get; set; } = "";
    }

    public sealed class Answer
    {
        public float[] Score { get; set; } = [];
    }

    public static IReadOnlyList<Row> Rows(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int topic = random.Next(Topics.Length);
            List<string> words = [.. Enumerable.Range(0, random.Next(8)).Select(_ => Others[random.Next(Others.Length)])];
            words.Insert(random.Next(words.Count + 1), Topics[topic]);
            return new Row(string.Join(' ', words), topic == 0, Topics[topic], 100 + 10 * topic);
        })];
    }

    public static IDataView View(MLContext ml, int seed, int count) => ml.Data.LoadFromEnumerable(Rows(seed, count));

    public static IDataView View(MLContext ml, params IEnumerable<string> texts) =>
        ml.Data.LoadFromEnumerable(texts.Select(text => new Row(text, false, Topics[0], 0)));

    /// <summary>Words as keys, variable in number, and the topic as a key.</summary>
    public static IEstimator<ITransformer> Keys(MLContext ml) => ml.Transforms.Text.TokenizeIntoWords(Words, nameof(Row.Text))
        .Append(ml.Transforms.Conversion.MapValueToKey(Words))
        .Append(ml.Transforms.Conversion.MapValueToKey(Label, nameof(Row.Topic)));
}
