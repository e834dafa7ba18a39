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

    /// <summary>What a text becomes, column by column.</summary>
    public static IReadOnlyList<(string Name, Func<TextWords, string[]> Values)> Columns { get; } =
    [
        (nameof(TextWords.Words), words => words.Words),
        (nameof(TextWords.Prefixes3), words => words.Prefixes3), (nameof(TextWords.Prefixes4), words => words.Prefixes4),
        (nameof(TextWords.Prefixes5), words => words.Prefixes5), (nameof(TextWords.Prefixes6), words => words.Prefixes6),
        (nameof(TextWords.Suffixes2), words => words.Suffixes2), (nameof(TextWords.Suffixes3), words => words.Suffixes3),
        (nameof(TextWords.Suffixes4), words => words.Suffixes4), (nameof(TextWords.Shapes), words => words.Shapes),
    ];

    /// <summary>The step, for a pipeline.</summary>
    public static CustomMappingEstimator<LabelledText, TextWords> Create(MLContext ml) =>
        ml.Transforms.CustomMapping<LabelledText, TextWords>(Split, Contract);

    public override Action<LabelledText, TextWords> GetMapping() => Split;

    /// <summary>The words and signs of a text.</summary>
    public static TextWords Split(string text)
    {
        TextWords words = new();
        Split(new() { Text = text }, words);
        return words;
    }

    private static void Split(LabelledText text, TextWords result)
    {
        string[] found = [.. WordOrSign().Matches(text.Text).Select(match => Digit().Replace(match.Value, "0"))];
        string[] words = [.. found.Select(word => word.ToLowerInvariant())];
        result.Words = words;
        (result.Prefixes3, result.Prefixes4, result.Prefixes5, result.Prefixes6) = (First(3), First(4), First(5), First(6));
        (result.Suffixes2, result.Suffixes3, result.Suffixes4) = (Last(2), Last(3), Last(4));
        result.Shapes = [.. found.Select(word => OneSort().Replace(word, letters => Sort(letters.Value[0])))];

        string[] First(int letters) => [.. words.Select(word => word[..Math.Min(letters, word.Length)])];
        string[] Last(int letters) => [.. words.Select(word => word[Math.Max(0, word.Length - letters)..])];
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
