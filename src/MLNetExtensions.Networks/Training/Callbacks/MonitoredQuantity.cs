namespace MLNetExtensions.Networks.Training;

/// <summary>What early stopping watches.</summary>
public enum MonitoredQuantity
{
    /// <summary>The loss of the validation set, or the training loss where there is none.</summary>
    Loss,

    /// <summary>The metric of the validation set.</summary>
    ValidationMetric,

    /// <summary>The training loss, though there is a validation set.</summary>
    TrainingLoss,
}
