using System.CommandLine;
using MLNetExtensions.CudaKit;

Option<string> results = new("--results")
{
    Description = "the folder of what was found",
    DefaultValueFactory = _ => "results",
    Recursive = true,
};

Argument<string> libtorch = new("FOLDER") { Description = "a folder with libtorch.so, as torch/lib of a Python installation" };
Command symbols = new("symbols", "Looks for what TorchSharp's native library wants of libtorch.") { libtorch };
symbols.SetAction(arguments => SymbolCheck.Run(arguments.GetValue(libtorch)!, new(arguments.GetValue(results)!, "ours")));

Option<string> filter = new("--filter") { Description = "only tests with this in their name", DefaultValueFactory = _ => "" };
Command test = new("test", "Runs the tests of the TorchSharp engine on the device that MLNETEXT_DEVICE names.") { filter };
test.SetAction(arguments => TestRun.Run(arguments.GetValue(filter)!, new(arguments.GetValue(results)!, "ours")));

Option<string> device = new("--device") { Description = "cpu, cuda or cuda:N", DefaultValueFactory = _ => "cuda:0" };
Option<int> batchSize = new("--batch-size") { Description = "images of one step", DefaultValueFactory = _ => 256 };
Option<int> rounds = new("--rounds") { Description = "rounds, of which the median counts", DefaultValueFactory = _ => 5 };
Option<double> seconds = new("--seconds") { Description = "length of a round", DefaultValueFactory = _ => 1 };
Command bench = new("bench", "Measures images per second, and writes the networks for the same in Python.")
{
    device, batchSize, rounds, seconds,
};
bench.SetAction(arguments => new Throughput(
    arguments.GetValue(device)!, arguments.GetValue(batchSize), arguments.GetValue(rounds), arguments.GetValue(seconds),
    arguments.GetValue(results)!).Run());

Command table = new("table", "Prints what was found as one table.");
table.SetAction(arguments => ResultTable.Write(arguments.GetValue(results)!));

return new RootCommand("Checks and measures the TorchSharp engine on a CUDA machine; run.sh runs all of it.")
{
    results, symbols, test, bench, table,
}.Parse(args).Invoke();
