namespace Samples.TextClassification;

/// <summary>A text and its class.</summary>
internal sealed class LabelledText
{
    public string Category { get; set; } = "";

    public string Text { get; set; } = "";
}
