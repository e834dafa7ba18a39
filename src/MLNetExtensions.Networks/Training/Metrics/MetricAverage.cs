namespace MLNetExtensions.Networks.Training;

/// <summary>How the classes of a classifier make one number.</summary>
public enum MetricAverage
{
    /// <summary>The mean over the classes that occur, in the targets or in what was predicted: each counts the same.</summary>
    Macro,

    /// <summary>Of the sums over all classes: each example counts the same. Where an example has one class, precision, recall and
    /// F1 are the accuracy then.</summary>
    Micro,
}
