namespace Samples.TextClassification;

/// <summary>The words of a text.</summary>
internal sealed class TextWords
{
    public string[] Words { get; set; } = [];
}
