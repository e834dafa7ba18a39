using Xunit;

namespace MLNetExtensions.Conformance;

/// <summary>The recorded behaviour of Microsoft.ML.AutoML, case by case: of the subset in src/Offline, or of the package itself.</summary>
public sealed class ConformanceTests
{
    public static IEnumerable<object[]> Cases(string area) =>
        Replay.Current.Cases.Where(c => c.Area == area).Select(c => new object[] { c.Case });

    [AreaTheory("searchspace"), MemberData(nameof(Cases), "searchspace")]
    public void SearchSpace(string @case) => Check("searchspace", @case);

    [AreaTheory("automl"), MemberData(nameof(Cases), "automl")]
    public void AutoML(string @case) => Check("automl", @case);

    private static void Check(string area, string name) => Assert.Null(Replay.Current.Difference(area, name));
}

/// <summary>A theory over the cases of one area, skipped where they are not.</summary>
public sealed class AreaTheoryAttribute : TheoryAttribute
{
    public AreaTheoryAttribute(string area)
    {
        if (Replay.Current is not { } replay) Skip = $"Set {Replay.Variable} to a folder of recorded cases.";
        else if (replay.Cases.All(c => c.Area != area)) Skip = $"The folder of {Replay.Variable} has no {area}.json.";
    }
}
