using System.CommandLine;
using System.CommandLine.Parsing;
using Spectre.Console;

namespace Samples;

/// <summary>How every sample runs its command line: what a user can get wrong is one line and an exit code, and nothing that is
/// meant for a terminal goes to a file or a pipe.</summary>
public static class SampleProgram
{
    /// <summary>The exit code of a sample that could not run: wrong options, missing or broken data.</summary>
    public const int Failure = 2;

    /// <summary>The columns of a table that is not written to a terminal.</summary>
    private const int PipeWidth = 160;

    /// <summary>An option for a whole number of at least <paramref name="minimum"/>.</summary>
    public static Option<int> Count(string name, string description, int defaultValue, int minimum = 1)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => defaultValue };
        option.Validators.Add(AtLeast(name, minimum));
        return option;
    }

    /// <summary>An option for a whole number of at least 1 that may be left out.</summary>
    public static Option<int?> OptionalCount(string name, string description)
    {
        Option<int?> option = new(name) { Description = description };
        option.Validators.Add(AtLeast(name, minimum: 1));
        return option;
    }

    /// <summary>The option for a picture of predictions.</summary>
    public static Option<string?> Picture() => new("--picture")
    {
        Description = "where a picture of right and wrong predictions is written, a PNG (default: nowhere)",
    };

    /// <summary>The option for a report of the run.</summary>
    public static Option<string?> Report() =>
        new("--report") { Description = "where a report of the run is written, an HTML file (default: nowhere)" };

    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>The exit code: what the command returned, or <see cref="Failure"/>.</returns>
    public static async Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
            });
            AnsiConsole.Profile.Width = PipeWidth;
        }
        try
        {
            ParseResult command = root.Parse(arguments);
            if (command.Errors.Count == 0)
                return await command.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
            foreach (ParseError error in command.Errors)
                await Console.Error.WriteLineAsync($"error: {error.Message}");
            await Console.Error.WriteLineAsync("--help lists the options.");
            return Failure;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException or ArgumentException
                or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return Failure;
        }
    }

    private static Action<OptionResult> AtLeast(string name, int minimum) => result =>
    {
        if (result.Tokens is [{ Value: string text }] && int.TryParse(text, out int value) && value < minimum)
            result.AddError($"{name} must be at least {minimum}, not {value}.");
    };
}
