namespace MLNetExtensions.Networks.Managed;

/// <summary>Where a parameter lies within the contiguous memory of all parameters, and of all gradients when it is
/// trainable.</summary>
internal sealed record ParameterSlot(long Offset, int Length, bool Trainable);
