namespace Samples.TextClassification;

/// <summary>The words of a text, and of each what words that are alike share: an unknown one has that too. (The same four features
/// are those of spaCy's <c>MultiHashEmbed</c>.)</summary>
internal sealed class TextWords
{
    /// <summary>The words in lower case.</summary>
    public string[] Words { get; set; } = [];

    /// <summary>The first four letters of each.</summary>
    public string[] Prefixes { get; set; } = [];

    /// <summary>The last three letters of each.</summary>
    public string[] Suffixes { get; set; } = [];

    /// <summary>The form of each, with one letter for several of a sort: <c>Xx</c> for Paris, <c>XxXx</c> for McCoy, <c>X.X.</c> for
    /// U.S., <c>0,0</c> for 1,000; signs are their own.</summary>
    public string[] Shapes { get; set; } = [];
}
