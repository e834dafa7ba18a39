namespace Samples.TextClassification;

/// <summary>The words of a text, and as many endings.</summary>
internal sealed class TextWords
{
    public string[] Words { get; set; } = [];

    /// <summary>The last three letters of each word in lower case; of one that begins with a capital, <c>^</c> before
    /// them.</summary>
    public string[] Endings { get; set; } = [];
}
