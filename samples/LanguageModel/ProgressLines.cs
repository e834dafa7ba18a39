using System.Globalization;
using MLNetExtensions.Networks.Training;

namespace Samples.LanguageModel;

/// <summary>A line for each tenth of the steps.</summary>
internal sealed class ProgressLines : IProgress<TrainingProgress>
{
    private int _printed;

    public void Report(TrainingProgress value)
    {
        int tenth = 10 * value.Step / value.Steps;
        if (tenth <= _printed)
            return;
        _printed = tenth;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"step {value.Step,5} of {value.Steps}  mean loss so far {value.Loss:F4}  rate {value.LearningRate:E1}  " +
            $"{value.Step / value.Elapsed.TotalSeconds:F1} steps/s"));
    }
}
