using System.CommandLine;
using BenchmarkDotNet.Running;
using MLNetExtensions.Benchmarks.SideBySide;
using MLNetExtensions.Benchmarks.Kernels;

Argument<string> name = new("NAME") { Description = "only comparisons with this in their name", DefaultValueFactory = _ => "" };
Option<int> rounds = new("--rounds") { Description = "alternating rounds", DefaultValueFactory = _ => 5 };
Option<double> seconds = new("--seconds") { Description = "length of a side's part of a round", DefaultValueFactory = _ => 1 };
Option<int> threads = new("--threads") { Description = "threads of both sides, where a comparison is not about them", DefaultValueFactory = _ => 2 };
Option<string> csv = new("--csv") { Description = "where the results are saved", DefaultValueFactory = _ => Path.Combine("artifacts", "benchmarks.csv") };
rounds.Validators.Add(result => RequireAboveZero(result, result.GetValueOrDefault<int>()));
seconds.Validators.Add(result => RequireAboveZero(result, result.GetValueOrDefault<double>()));
threads.Validators.Add(result => RequireAboveZero(result, result.GetValueOrDefault<int>()));

RootCommand root = new("Measures the managed engine side by side with PyTorch, NumPy and the processor's peak.") { name, rounds, seconds, threads, csv };
root.SetAction(arguments => Compare(
    arguments.GetValue(name)!,
    new(arguments.GetValue(rounds), arguments.GetValue(seconds), arguments.GetValue(threads)),
    arguments.GetValue(csv)!));

Command kernels = new("kernels", "Measures the kernels one by one with BenchmarkDotNet, whose options go behind: kernels --filter *Gemm*")
{
    TreatUnmatchedTokensAsErrors = false,
};
kernels.SetAction(arguments =>
{
    // Without a filter the switcher would ask for one.
    string[] options = arguments.UnmatchedTokens.Count > 0 ? [.. arguments.UnmatchedTokens] : ["--filter", "*"];
    BenchmarkSwitcher.FromAssembly(typeof(KernelConfig).Assembly).Run(options, new KernelConfig());
});
root.Subcommands.Add(kernels);
return root.Parse(args).Invoke();

static int Compare(string name, ComparisonOptions options, string csv)
{
    Comparison[] comparisons = [.. Comparison.All.Where(comparison => comparison.Name.Contains(name, StringComparison.OrdinalIgnoreCase))];
    if (comparisons.Length == 0)
    {
        Console.Error.WriteLine($"No comparison has '{name}' in its name; there are {string.Join(", ", Comparison.All.Select(comparison => comparison.Name))}.");
        return 2;
    }

    List<ComparisonResult> results = [];
    using (ComparisonRun run = new(options))
    {
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
            }
        }
    }
    Report.WriteTable(results, options);
    Report.SaveCsv(csv, results, options);
    Console.WriteLine($"Saved {csv}.");
    Report.WriteLines(results);
    return 0;
}

static void RequireAboveZero(System.CommandLine.Parsing.OptionResult option, double value)
{
    if (!(value > 0))
        option.AddError($"{option.Option.Name} must be above 0.");
}
