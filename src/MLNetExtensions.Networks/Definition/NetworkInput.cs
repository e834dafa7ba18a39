using System.Text.Json.Serialization;

namespace MLNetExtensions.Networks;

/// <summary>An input of a network. Inputs hold numbers, or ids: the whole numbers from 0 to <paramref name="VocabularySize"/> − 1
/// that stand for words or categories. A batch is one memory of <c>float</c>, which holds every whole number up to 2²⁴, so ids
/// travel in it as they are.</summary>
/// <param name="Name">What layers call it; unlike every other input's and layer's name.</param>
/// <param name="Shape">The shape of one example.</param>
/// <param name="VocabularySize">How many ids there are, from 1 to 2²⁴; null (the default) for numbers.</param>
public sealed record NetworkInput(
    string Name,
    TensorShape Shape,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? VocabularySize = null)
{
    /// <summary>The most ids that an input can have: 2²⁴.</summary>
    internal const int MaxVocabularySize = 1 << 24;
}
