namespace MLNetExtensions.Networks.Training;

/// <summary>A step of a <see cref="LearningRateFinder"/>.</summary>
/// <param name="Rate">The learning rate.</param>
/// <param name="BatchLoss">The mean loss of the step's batch, before its update.</param>
/// <param name="Loss">The same, smoothed over the steps so far.</param>
public readonly record struct LearningRatePoint(double Rate, double BatchLoss, double Loss);
