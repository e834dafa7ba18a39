using System.CommandLine;
using System.CommandLine.Parsing;
using BenchmarkDotNet.Running;
using MLNetExtensions.Benchmarks.Kernels;
using MLNetExtensions.Benchmarks.Peers;
using MLNetExtensions.Benchmarks.SideBySide;

Argument<string> name = new("NAME") { Description = "only comparisons with this in their name", DefaultValueFactory = _ => "" };
Option<int> rounds = new("--rounds") { Description = "alternating rounds", DefaultValueFactory = _ => 5 };
Option<double> seconds = new("--seconds") { Description = "length of a side's part of a round", DefaultValueFactory = _ => 1 };
Option<int> threads = new("--threads")
{
    Description = "our threads, where a comparison is not about them; the other side has as many, or 1 where that is faster",
    DefaultValueFactory = _ => 2,
};
Option<string> csv = new("--csv")
{
    Description = "where the results are saved",
    DefaultValueFactory = _ => Path.Combine("artifacts", "benchmarks.csv"),
};
rounds.Validators.Add(result => RequireAboveZero(result, result.GetValueOrDefault<int>()));
seconds.Validators.Add(result => RequireAboveZero(result, result.GetValueOrDefault<double>()));
threads.Validators.Add(result => RequireAboveZero(result, result.GetValueOrDefault<int>()));

Command kernels = new("kernels", "Measures the kernels one by one with BenchmarkDotNet, whose options follow: --filter *Gemm*")
{
    TreatUnmatchedTokensAsErrors = false,
};
kernels.SetAction(arguments =>
{
    // Without a filter the switcher would ask for one.
    string[] options = arguments.UnmatchedTokens.Count > 0 ? [.. arguments.UnmatchedTokens] : ["--filter", "*"];
    BenchmarkSwitcher.FromAssembly(typeof(KernelConfig).Assembly).Run(options, new KernelConfig());
});
Option<int> turns = new("--rounds") { Description = "turns of each method", DefaultValueFactory = _ => 9 };
Command methods = new("methods", "Measures the methods of a convolution on either side of each threshold of the choice.") { turns };
methods.SetAction(arguments => new MethodTimes(arguments.GetValue(turns)).Print());
RootCommand root = new("Measures the managed engine side by side with TorchSharp, ONNX Runtime, NumPy and the processor's peak.")
{
    name, rounds, seconds, threads, csv, kernels, methods, PeerCommand(),
};
root.SetAction(arguments => Compare(
    arguments.GetValue(name)!,
    new(arguments.GetValue(rounds), arguments.GetValue(seconds), arguments.GetValue(threads)),
    arguments.GetValue(csv)!));
return root.Parse(args).Invoke();

static int Compare(string name, ComparisonOptions options, string csv)
{
    Comparison[] comparisons =
        [.. Comparison.All.Where(comparison => comparison.Name.Contains(name, StringComparison.OrdinalIgnoreCase))];
    if (comparisons.Length == 0)
    {
        string names = string.Join(", ", Comparison.All.Select(comparison => comparison.Name));
        Console.Error.WriteLine($"No comparison has '{name}' in its name; there are {names}.");
        return 2;
    }

    List<ComparisonResult> results = [];
    List<SkippedComparison> skipped = [];
    bool failed = false;
    ComparisonRun run = new(options);
    foreach (Comparison comparison in comparisons)
    {
        try
        {
            Console.WriteLine($"measuring {comparison.Name}");
            results.Add(run.Measure(comparison));
        }
        catch (LibraryMissingException e)
        {
            Console.WriteLine($"skipped {comparison.Name}: {e.Message}");
            skipped.Add(new(comparison, e.Message));
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine($"FAILED {comparison.Name}: {e.Message}");
            failed = true;
        }
    }
    if (results.Count > 0)
    {
        Report.WriteTable(results, skipped, options);
        ResultFile.Save(csv, results, options);
        Console.WriteLine($"Saved {csv}.");
        Report.WriteLines(results);
    }
    return failed ? 1 : 0;
}

// What this program starts itself as, for the libraries of .NET.
static Command PeerCommand()
{
    Argument<string> library = new("LIBRARY"), workload = new("WORKLOAD"), folder = new("FOLDER");
    Argument<int> threads = new("THREADS");
    Command command = new(Peer.Command) { library, workload, folder, threads };
    command.Hidden = true;
    command.SetAction(arguments => PeerWorker.Run(
        arguments.GetValue(library)!, arguments.GetValue(workload)!, new(arguments.GetValue(folder)!),
        arguments.GetValue(threads)));
    return command;
}

static void RequireAboveZero(OptionResult option, double value)
{
    if (!(value > 0))
        option.AddError($"{option.Option.Name} must be above 0.");
}
