using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace Samples.TextClassification;

/// <summary>The sample's own step of the pipeline: words in lower case, and each sign of punctuation a word. Numbers become their
/// number of digits, since no two texts need have the same. A saved pipeline names the step, and finds it in this assembly.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed partial class WordSplitter : CustomMappingFactory<LabelledText, TextWords>
{
    public const string Contract = "Samples.TextClassification.WordSplitter";

    /// <summary>The step, for a pipeline.</summary>
    public static CustomMappingEstimator<LabelledText, TextWords> Create(MLContext ml) =>
        ml.Transforms.CustomMapping<LabelledText, TextWords>(Split, Contract);

    public override Action<LabelledText, TextWords> GetMapping() => Split;

    /// <summary>The words and signs of a text.</summary>
    public static string[] Split(string text) =>
        [.. WordOrSign().Matches(text.ToLowerInvariant()).Select(match => Digit().Replace(match.Value, "0"))];

    private static void Split(LabelledText text, TextWords words) => words.Words = Split(text.Text);

    [GeneratedRegex(@"[\p{L}\p{M}]+|\p{Nd}+|[^\s\p{L}\p{M}\p{Nd}]")]
    private static partial Regex WordOrSign();

    [GeneratedRegex(@"\p{Nd}")]
    private static partial Regex Digit();
}
