namespace MLNetExtensions.Networks.Training;

/// <summary>A metric that is being measured, batch by batch.</summary>
public abstract class RunningMetric
{
    /// <summary>What was measured since the last <see cref="Reset"/>; null where there is nothing to tell, as no example has a
    /// weight, or all are of one class where two are to be told apart.</summary>
    public abstract double? Value { get; }

    /// <summary>Forgets all examples.</summary>
    public abstract void Reset();

    /// <summary>Takes the examples of a batch in.</summary>
    public abstract void Add(in OutputBatch<float> batch);
}
