using Xunit;
using Xunit.Abstractions;

namespace MLNetExtensions.Conformance;

/// <summary>The recorded behaviour of ML.NET 5.0.0, case by case.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    public static IEnumerable<object[]> Cases(string area) =>
        Replay.Current.Cases.Where(c => c.Area == area).Select(c => new object[] { c.Case });

    [AreaTheory("metrics"), MemberData(nameof(Cases), "metrics")]
    public void Metrics(string @case) => Check("metrics", @case);

    [AreaTheory("transforms"), MemberData(nameof(Cases), "transforms")]
    public void Transforms(string @case) => Check("transforms", @case);

    [AreaTheory("textloader"), MemberData(nameof(Cases), "textloader")]
    public void TextLoader(string @case) => Check("textloader", @case);

    [AreaTheory("pipeline"), MemberData(nameof(Cases), "pipeline")]
    public void Pipeline(string @case) => Check("pipeline", @case);

    [AreaTheory("searchspace"), MemberData(nameof(Cases), "searchspace")]
    public void SearchSpace(string @case) => Check("searchspace", @case);

    [AreaTheory("automl"), MemberData(nameof(Cases), "automl")]
    public void AutoML(string @case) => Check("automl", @case);

    [AreaFact]
    public void At_most_two_percent_of_the_offered_cases_are_listed()
    {
        var summary = new Summary(Replay.Current.Cases.Select(c => Replay.Current.Run(c.Area, c.Case)));
        output.WriteLine(summary.ToString());
        Assert.True(summary[Result.Passed] > 0, "No case passed.");
        Assert.True(summary[Result.Listed] <= 0.02 * (summary.Total - summary[Result.NotOffered]), summary.ToString());
    }

    private static void Check(string area, string name)
    {
        var outcome = Replay.Current.Run(area, name);
        Assert.True(outcome.Result != Result.Failed, outcome.Detail);
    }
}

/// <summary>A theory over the cases of one area, skipped where they are not.</summary>
public sealed class AreaTheoryAttribute : TheoryAttribute
{
    public AreaTheoryAttribute(string area)
    {
        if (Replay.Current is not { } replay) Skip = AreaFactAttribute.Reason;
        else if (replay.Cases.All(c => c.Area != area)) Skip = $"The folder of {Replay.Variable} has no {area}.json.";
    }
}

public sealed class AreaFactAttribute : FactAttribute
{
    internal const string Reason = $"Set {Replay.Variable} to a folder of recorded cases.";

    public AreaFactAttribute()
    {
        if (Replay.Current is null) Skip = Reason;
    }
}
