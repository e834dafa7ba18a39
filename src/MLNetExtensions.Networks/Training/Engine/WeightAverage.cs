namespace MLNetExtensions.Networks.Training;

/// <summary>The exponential moving average of the weights, with the buffers as they are.</summary>
internal sealed class WeightAverage(ParameterVector average, ParameterVector values, ParameterLayout layout, double decay)
{
    /// <summary>Starts anew from the weights.</summary>
    public void Reset() => average.Copy(values, 0, layout.Length);

    /// <summary>Takes in the weights of a step. The first step's start the average, as in PyTorch's AveragedModel.</summary>
    public void Update(long step)
    {
        if (step == 1)
            average.Copy(values, 0, layout.TrainableLength);
        else
            average.MoveTowards(values, 1 - decay, layout.TrainableLength);
        average.Copy(values, layout.BufferStart, layout.Length - layout.BufferStart);
    }
}
