using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace Samples.TextClassification;

/// <summary>The sample's own step of the pipeline: words in lower case, and each sign of punctuation a word. Numbers become their
/// number of digits, since no two texts need have the same. A saved pipeline names the step, and finds it in this
/// assembly.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed partial class WordSplitter : CustomMappingFactory<LabelledText, TextWords>
{
    public const string Contract = "Samples.TextClassification.WordSplitter";

    private const int PrefixLength = 4, SuffixLength = 3;

    /// <summary>What a text becomes, column by column.</summary>
    public static IReadOnlyList<(string Name, Func<TextWords, string[]> Values)> Columns { get; } =
    [
        (nameof(TextWords.Words), words => words.Words), (nameof(TextWords.Prefixes), words => words.Prefixes),
        (nameof(TextWords.Suffixes), words => words.Suffixes), (nameof(TextWords.Shapes), words => words.Shapes),
    ];

    /// <summary>The step, for a pipeline.</summary>
    public static CustomMappingEstimator<LabelledText, TextWords> Create(MLContext ml) =>
        ml.Transforms.CustomMapping<LabelledText, TextWords>(Split, Contract);

    public override Action<LabelledText, TextWords> GetMapping() => Split;

    /// <summary>The words and signs of a text.</summary>
    public static TextWords Split(string text)
    {
        string[] found = [.. WordOrSign().Matches(text).Select(match => Digit().Replace(match.Value, "0"))];
        string[] words = [.. found.Select(word => word.ToLowerInvariant())];
        return new()
        {
            Words = words,
            Prefixes = [.. words.Select(word => word[..Math.Min(PrefixLength, word.Length)])],
            Suffixes = [.. words.Select(word => word[Math.Max(0, word.Length - SuffixLength)..])],
            Shapes = [.. found.Select(word => OneSort().Replace(word, letters => Sort(letters.Value[0])))],
        };
    }

    private static void Split(LabelledText text, TextWords words)
    {
        TextWords split = Split(text.Text);
        (words.Words, words.Prefixes, words.Suffixes, words.Shapes) = (split.Words, split.Prefixes, split.Suffixes, split.Shapes);
    }

    private static string Sort(char letter) => char.IsUpper(letter) ? "X" : letter == '0' ? "0" : "x";

    // Abbreviations (U.S.), what is left of a verb (don't: don and 't), words, numbers (1,000), and signs, repeated ones as one
    // (!!!).
    [GeneratedRegex(
        @"(?:\p{L}\.){2,}|['’](?:s|t|re|ve|d|m|ll)\b|[\p{L}\p{M}]+|\p{Nd}+(?:[.,]\p{Nd}+)*|([^\s\p{L}\p{M}\p{Nd}])\1*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WordOrSign();

    [GeneratedRegex(@"\p{Nd}")]
    private static partial Regex Digit();

    [GeneratedRegex(@"\p{Lu}+|[\p{L}\p{M}-[\p{Lu}]]+|0+")]
    private static partial Regex OneSort();
}
