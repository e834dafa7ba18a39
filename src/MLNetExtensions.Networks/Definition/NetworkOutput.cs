namespace MLNetExtensions.Networks;

/// <summary>An output of a network.</summary>
/// <param name="Name">What losses and readers call it.</param>
/// <param name="Node">The layer whose values it is.</param>
public sealed record NetworkOutput(string Name, string Node);
