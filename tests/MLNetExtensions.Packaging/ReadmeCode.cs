using System.Text.RegularExpressions;

namespace MLNetExtensions.Packaging;

/// <summary>The C# code of the README, block by block.</summary>
internal static partial class ReadmeCode
{
    public static IReadOnlyList<string> Blocks { get; } =
        [.. CodeBlock().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md")).ReplaceLineEndings("\n"))
            .Select(match => match.Groups["code"].Value)];

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
