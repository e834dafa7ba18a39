namespace MLNetExtensions.Networks.Training;

/// <summary>Where a parameter lies within the one memory of all parameters, and of all gradients when it is trained.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Offset">The place of its first value.</param>
/// <param name="Trainable">Whether it is trained.</param>
/// <param name="LearningRateFactor">How many times the learning rate it learns at.</param>
internal sealed record ParameterSlot(
    string Name, TensorShape Shape, long Offset, bool Trainable, double LearningRateFactor = 1)
{
    /// <summary>The number of values.</summary>
    public int Length { get; } = checked((int)Shape.Size);
}
