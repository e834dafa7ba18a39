namespace MLNetExtensions.Conformance;

/// <summary>How many cases ended how.</summary>
public sealed class Summary(IEnumerable<Outcome> outcomes)
{
    private readonly Dictionary<Result, int> _counts = outcomes.CountBy(o => o.Result).ToDictionary();

    public int this[Result result] => _counts.GetValueOrDefault(result);

    public int Total => _counts.Values.Sum();

    public override string ToString() =>
        $"result passed={this[Result.Passed]} failed={this[Result.Failed]} listed={this[Result.Listed]} " +
        $"not_offered={this[Result.NotOffered]}";
}
