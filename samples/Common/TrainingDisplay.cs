using System.Globalization;
using MLNetExtensions.Networks.Training;
using Spectre.Console;

namespace Samples;

/// <summary>A line for each epoch while a network trains, and on a terminal a live line of progress below them.</summary>
public static class TrainingDisplay
{
    /// <summary>Runs <paramref name="train"/>, which reports to the display that it is given.</summary>
    /// <param name="train">What is run.</param>
    /// <param name="status">What else to show, device and memory for instance; nothing when null.</param>
    /// <param name="unit">What examples are called.</param>
    /// <param name="metric">How the metric of the validation data is written; as an accuracy when null.</param>
    public static T Run<T>(
        Func<IProgress<TrainingProgress>, T> train, Func<string>? status = null, string unit = "images",
        Func<double?, FormattableString>? metric = null)
    {
        metric ??= value => $"accuracy {value:P2}";
        if (Console.IsOutputRedirected)
            return train(new Listener(null, status, unit, metric));
        T? result = default;
        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .Start(display => result = train(new Listener(display.AddTask("training", maxValue: 1), status, unit, metric)));
        return result!;
    }

    private sealed class Listener(
        ProgressTask? live, Func<string>? status, string unit, Func<double?, FormattableString> metric) : IProgress<TrainingProgress>
    {
        private int _printed;

        public void Report(TrainingProgress value)
        {
            if (live is not null)
            {
                live.Value = (value.Epoch - 1 + (double)value.Step / value.Steps) / value.Epochs;
                string measured = value.LastEpoch is { ValidationMetric: not null } last
                    ? $", {FormattableString.Invariant(metric(last.ValidationMetric))}"
                    : "";
                live.Description = string.Create(
                    CultureInfo.InvariantCulture,
                    $"epoch {value.Epoch}/{value.Epochs}, batch {value.Step}/{value.Steps}, loss {value.Loss:F4}{measured}, " +
                    $"{value.ExamplesPerSecond:N0} {unit}/s") + Status(", ");
            }
            if (value.LastEpoch is not { } epoch || epoch.Epoch <= _printed)
                return;
            _printed = epoch.Epoch;
            AnsiConsole.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {epoch.Epoch,3}  loss {epoch.Loss:F4}  {Validation(epoch)}{epoch.ExamplesPerSecond:N0} {unit}/s  " +
                $"{epoch.Seconds:F1} s") + Status("  "));
        }

        private string Validation(EpochRecord epoch) => epoch.ValidationLoss is not { } loss
            ? ""
            : FormattableString.Invariant($"validation loss {loss:F4}  ") +
                FormattableString.Invariant(metric(epoch.ValidationMetric)) + "  ";

        private string Status(string separator) => status is null ? "" : separator + status();
    }
}
