using Microsoft.ML;
using Microsoft.ML.Data;

namespace Samples.Forecasting;

/// <summary>Forecasts that learn nothing, which a network has to be better than.</summary>
internal static class Baseline
{
    /// <summary>The mean squared error of the last steps carried on, over and over: of a period of 1 the last value, else the last
    /// season.</summary>
    /// <param name="windows">The windows to measure with.</param>
    /// <param name="deviations">The deviation of each series, by which errors are divided.</param>
    /// <param name="period">The steps that are carried on, at most those of a window.</param>
    public static double MeanSquaredError(IDataView windows, double[] deviations, int period)
    {
        (double sum, long count) = (0, 0);
        foreach ((float[] known, float[] label) in windows.GetColumn<float[]>("Features").Zip(windows.GetColumn<float[]>("Label")))
        {
            (int length, int horizon) = (known.Length / deviations.Length, label.Length / deviations.Length);
            for (int i = 0; i < label.Length; i++, count++)
            {
                (int series, int step) = Math.DivRem(i, horizon);
                float carried = known[(series + 1) * length - period + step % period];
                sum += Math.Pow((label[i] - carried) / deviations[series], 2);
            }
        }
        return sum / count;
    }
}
