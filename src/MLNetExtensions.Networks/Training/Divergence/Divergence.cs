namespace MLNetExtensions.Networks.Training;

/// <summary>What left the range of numbers in a run.</summary>
/// <param name="Quantity">What it is: <c>loss</c>, <c>gradient</c>.</param>
/// <param name="Place">The layer or parameter; null where it could not be told.</param>
/// <param name="Text">The same in words, with the value: <c>the gradient of '0.weight' became NaN</c>.</param>
internal sealed record Divergence(string Quantity, string? Place, string Text);
