namespace MLNetExtensions.Trainers;

/// <summary>The rows that a fit leaves out, each counted under the first thing that is wrong with it, in the order in which
/// ML.NET's own trainers look.</summary>
/// <param name="options">Name the columns of label and weight.</param>
/// <param name="features">The names of the feature columns, quoted.</param>
internal sealed class SkippedRows(NeuralNetworkOptions options, string features)
{
    /// <summary>Rows whose label is missing or infinite, or a key beyond those of the training data.</summary>
    public long Labels { get; set; }

    /// <summary>Rows whose weight is missing, infinite or not above 0.</summary>
    public long Weights { get; set; }

    /// <summary>Rows with a missing or infinite feature.</summary>
    public long Features { get; set; }

    public long Total => Labels + Weights + Features;

    /// <summary><c>2 with missing or infinite values in the feature column 'Features', 1 …</c></summary>
    public override string ToString() => string.Join(
        ", ", new[]
        {
            (Features, $"with missing or infinite values in the feature column {features}"),
            (Labels, $"with a missing, infinite or unknown label in the column '{options.TargetColumnName}'"),
            (Weights, $"with a weight that is not above 0 (or infinite) in the column '{options.ExampleWeightColumnName}'"),
        }.Where(part => part.Item1 > 0).Select(part => $"{part.Item1} {part.Item2}"));
}
