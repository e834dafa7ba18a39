namespace MLNetExtensions.Networks;

/// <summary>What became of the tensors when weights were loaded into a network that they need not fit
/// (<see cref="NetworkWeights.LoadMatching"/>), by name.</summary>
/// <param name="Loaded">In both, with one shape.</param>
/// <param name="Missing">In the network only.</param>
/// <param name="Mismatched">In both, with different shapes.</param>
/// <param name="Unexpected">In the loaded weights only.</param>
public sealed record WeightMatch(
    IReadOnlyList<string> Loaded, IReadOnlyList<string> Missing, IReadOnlyList<string> Mismatched,
    IReadOnlyList<string> Unexpected)
{
    private const int MaxNames = 8;

    /// <summary>The match in words: <c>30 of 32 tensors loaded; of another shape: classifier.6.weight,
    /// classifier.6.bias</c>.</summary>
    public override string ToString() =>
        $"{Loaded.Count} of {Loaded.Count + Missing.Count + Mismatched.Count} tensors loaded" +
        Names("not there", Missing) + Names("of another shape", Mismatched) + Names("unknown to the network", Unexpected);

    private static string Names(string what, IReadOnlyList<string> names) => names.Count == 0
        ? ""
        : $"; {what}: {string.Join(", ", names.Take(MaxNames))}" +
            (names.Count > MaxNames ? $" and {names.Count - MaxNames} more" : "");
}
