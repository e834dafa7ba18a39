namespace MLNetExtensions.Networks.Training;

/// <summary>The loss of one output of a network, as a part of a <see cref="CompositeLoss"/>.</summary>
/// <param name="Output">The output's name.</param>
/// <param name="Loss">What is minimised there.</param>
/// <param name="Weight">How many times it counts, at least 0.</param>
/// <param name="TargetOf">The output whose targets this one is compared with too (an auxiliary classifier learns the same classes
/// as the main one); null (the default) when it has targets of its own.</param>
public sealed record OutputLoss(string Output, Loss Loss, double Weight = 1, string? TargetOf = null);
