using System.CommandLine;
using Samples;
using Samples.LanguageModel;

namespace MLNetExtensions.Samples.Tests;

/// <summary>What a user can get wrong is an exit code, never a stack trace.</summary>
public class SampleProgramTests
{
    public static TheoryData<Exception> Mistakes =>
    [
        new FileNotFoundException("no file"), new UnauthorizedAccessException("no right"), new InvalidDataException("no gzip"),
        new FormatException("no number"), new ArgumentException("no column"), new InvalidOperationException("no value"),
    ];

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public async Task Mistakes_end_with_an_exit_code(Exception mistake)
    {
        RootCommand root = new("fails");
        root.SetAction(int (_) => throw mistake);
        Assert.Equal(SampleProgram.Failure, await SampleProgram.RunAsync(root, []));
    }

    [Theory]
    [InlineData("", "has 0 characters")]
    [InlineData("abab", "has 200 characters; its last tenth must be longer than the context of 64")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaa", "has nothing but 'a'")]
    public void Texts_that_are_too_short_or_empty_are_an_error(string part, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() =>
            new CharacterText(string.Concat(Enumerable.Repeat(part, 50)), contextLength: 64)).Message);
}
