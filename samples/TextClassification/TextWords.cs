namespace Samples.TextClassification;

/// <summary>The words of a text, and of each what words that are alike share: an unknown one has that too. (Beginnings, endings and
/// shapes are features of spaCy's <c>MultiHashEmbed</c>; those of several lengths are character n-grams as fastText's, the ones that tell
/// most.)</summary>
internal sealed class TextWords
{
    /// <summary>The words in lower case.</summary>
    public string[] Words { get; set; } = [];

    /// <summary>The first three letters of each.</summary>
    public string[] Prefixes3 { get; set; } = [];

    /// <summary>The first four letters of each.</summary>
    public string[] Prefixes4 { get; set; } = [];

    /// <summary>The first five letters of each.</summary>
    public string[] Prefixes5 { get; set; } = [];

    /// <summary>The first six letters of each.</summary>
    public string[] Prefixes6 { get; set; } = [];

    /// <summary>The last two letters of each.</summary>
    public string[] Suffixes2 { get; set; } = [];

    /// <summary>The last three letters of each.</summary>
    public string[] Suffixes3 { get; set; } = [];

    /// <summary>The last four letters of each.</summary>
    public string[] Suffixes4 { get; set; } = [];

    /// <summary>The form of each, with one letter for several of a sort: <c>Xx</c> for Paris, <c>XxXx</c> for McCoy, <c>X.X.</c> for
    /// U.S., <c>0,0</c> for 1,000; signs are their own.</summary>
    public string[] Shapes { get; set; } = [];
}
