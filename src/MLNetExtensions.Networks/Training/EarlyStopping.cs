namespace MLNetExtensions.Networks.Training;

/// <summary>Ends a run when the monitored quantity no longer improves; the semantics are those of
/// Keras 3's <c>EarlyStopping</c>.</summary>
/// <param name="Patience">Epochs without improvement after which the run ends.</param>
/// <param name="MinDelta">A smaller change is no improvement; in units of the monitored quantity.</param>
/// <param name="Monitor">What is watched.</param>
/// <param name="RestoreBest">Whether the result has the weights of the best epoch rather than the last.</param>
/// <param name="StartFromEpoch">Epochs at the beginning that are not watched.</param>
public sealed record EarlyStopping(
    int Patience = 10,
    double MinDelta = 0,
    MonitoredQuantity Monitor = MonitoredQuantity.Loss,
    bool RestoreBest = true,
    int StartFromEpoch = 0);
