using System.Globalization;
using MLNetExtensions.Networks.Training;
using Spectre.Console;

namespace Samples.TextClassification;

/// <summary>On a terminal, a live line that says where the training of a run is.</summary>
internal static class RunProgress
{
    /// <summary>Runs <paramref name="train"/>, which reports to the line that it is given.</summary>
    public static T Show<T>(string name, Func<IProgress<TrainingProgress>, T> train)
    {
        if (Console.IsOutputRedirected)
            return train(new Silent());
        T? result = default;
        AnsiConsole.Progress().AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .Start(display => result = train(new Line(display.AddTask(name, maxValue: 1), name)));
        return result!;
    }

    private sealed class Silent : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
        }
    }

    private sealed class Line(ProgressTask task, string name) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            task.Value = (value.Epoch - 1 + (double)value.Step / value.Steps) / value.Epochs;
            task.Description = string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: epoch {value.Epoch}/{value.Epochs}, loss {value.Loss:F4}, {value.ExamplesPerSecond:N0} texts/s");
        }
    }
}
