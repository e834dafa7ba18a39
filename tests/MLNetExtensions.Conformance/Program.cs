using MLNetExtensions.Conformance;

// conformance FOLDER [AREA [TEXT]] replays the cases of the folder (of one area, with TEXT in their names) and prints what
// differs
// conformance record FOLDER OUTPUT writes the cases with what happens as their expectation: new cases, when built on the real
// packages
return args switch
{
    ["record", var folder, var output] => Record(new Replay(folder), output),
    [var folder, .. var filter] when filter.Length <= 2 => Play(new Replay(folder), filter),
    _ => Usage(),
};

static int Play(Replay replay, string[] filter)
{
    var outcomes = new List<Outcome>();
    foreach (var (area, name) in replay.Cases)
    {
        if (filter.Length > 0 && area != filter[0] || filter.Length > 1 && !name.Contains(filter[1])) continue;
        var outcome = replay.Run(area, name);
        outcomes.Add(outcome);
        if (outcome.Result is Result.Failed or Result.Listed)
            Console.WriteLine($"{outcome.Result} {area} | {name} | {outcome.Detail}");
    }
    var summary = new Summary(outcomes);
    foreach (var reason in outcomes.Where(o => o.Result == Result.NotOffered)
        .CountBy(o => o.Detail)) Console.WriteLine($"{reason.Value} times: {reason.Key}");
    Console.WriteLine(summary);
    return summary[Result.Failed] > 0 ? 1 : 0;
}

static int Record(Replay replay, string output)
{
    Directory.CreateDirectory(output);
    foreach (var area in replay.Cases.GroupBy(c => c.Area))
    {
        var cases = area.Select(c => replay.Record(c.Area, c.Case).ToJsonString(J.Compact));
        File.WriteAllText(Path.Combine(output, $"{area.Key}.json"),
            $"{{\"area\": \"{area.Key}\", \"cases\": [\n{string.Join(",\n", cases)}\n]}}\n");
    }
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("usage: conformance FOLDER [AREA [TEXT]] | conformance record FOLDER OUTPUT");
    return 2;
}
