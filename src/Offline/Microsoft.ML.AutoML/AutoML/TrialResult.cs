namespace Microsoft.ML.AutoML;

public class TrialResult : IEqualityComparer<TrialResult>
{
    public TrialSettings TrialSettings { get; set; }
    public ITransformer Model { get; set; }

    /// <summary>What is minimised: the metric, or its negative.</summary>
    public double Loss { get; set; }
    public double Metric { get; set; }
    public double DurationInMilliseconds { get; set; }
    public bool Equals(TrialResult x, TrialResult y) => GetHashCode(x) == GetHashCode(y);
    public int GetHashCode(TrialResult obj) => obj?.TrialSettings?.TrialId ?? 0;
}

public class TrialSettings
{
    public int TrialId { get; set; }
    public DateTime StartedAtUtc { get; set; }
    public DateTime? EndedAtUtc { get; set; }
    public Parameter Parameter { get; set; }
}
