using MLNetExtensions.Conformance;

// conformance FOLDER [AREA [TEXT]]: replays the cases of the folder (of one area, with TEXT in their names) and prints what differs
if (args.Length == 0)
{
    Console.Error.WriteLine("usage: conformance FOLDER [AREA [TEXT]]");
    return 2;
}
var replay = new Replay(args[0]);
var outcomes = new List<Outcome>();
foreach (var (area, name) in replay.Cases)
{
    if (args.Length > 1 && area != args[1] || args.Length > 2 && !name.Contains(args[2])) continue;
    var outcome = replay.Run(area, name);
    outcomes.Add(outcome);
    if (outcome.Result is Result.Failed or Result.Listed) Console.WriteLine($"{outcome.Result} {area} | {name} | {outcome.Detail}");
}
var summary = new Summary(outcomes);
foreach (var reason in outcomes.Where(o => o.Result == Result.NotOffered).CountBy(o => o.Detail)) Console.WriteLine($"{reason.Value} times: {reason.Key}");
Console.WriteLine(summary);
return summary[Result.Failed] > 0 ? 1 : 0;
