using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace Samples;

/// <summary>What a network makes of rows in memory.</summary>
public static class NetworkOutputs
{
    private const int BatchSize = 100;

    /// <summary>The outputs of all rows, behind each other.</summary>
    public static float[] Of(NetworkModel model, float[] rows, int count)
    {
        (int inputs, int outputs) = (rows.Length / count, model.Definition.OutputLayout.Size);
        float[] result = new float[count * outputs];
        using IInferenceSession session = ManagedEngine.Default.CreateInferenceSession(model, BatchSize);
        for (int start = 0; start < count; start += BatchSize)
        {
            int part = Math.Min(BatchSize, count - start);
            session.Run(rows.AsSpan(start * inputs, part * inputs), part, result.AsSpan(start * outputs, part * outputs));
        }
        return result;
    }
}
