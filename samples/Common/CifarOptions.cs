using System.CommandLine;
using MLNetExtensions.Networks.Training;

namespace Samples;

/// <summary>What every sample on CIFAR-10 can be told.</summary>
public sealed class CifarOptions
{
    /// <summary>What the made-up images are good for.</summary>
    private const double GeneratedTarget = 0.72;

    private readonly Option<string[]> _train =
        FilesOption("--train", "files to learn from (default: the data_batch files in cifar10 of MLNETEXT_DATA)");
    private readonly Option<string[]> _test = FilesOption(
        "--test", "files to measure with (default: test_batch.bin beside them; where there is none, a tenth of the images)");
    private readonly Option<string> _network = NetworkRecipe.Choice(CifarNetworks.All);
    private readonly Option<string> _save;
    private readonly Option<int?> _epochs =
        SampleProgram.OptionalCount("--epochs", "passes over the images (default: what suits the network)");
    private readonly Option<double?> _target = new("--target")
    {
        Description = "the accuracy below which the sample fails (default: what the network should reach)",
    };

    private readonly Option<string?> _report = SampleProgram.Report();
    private readonly Option<string?> _picture = SampleProgram.Picture();

    /// <param name="command">The sample's command, which gets the options.</param>
    /// <param name="savePath">Where the model is saved unless told.</param>
    public CifarOptions(Command command, string savePath)
    {
        _save = new("--save") { Description = "where the trained model is saved", DefaultValueFactory = _ => savePath };
        foreach (Option option in (Option[])[_train, _test, _network, _save, _epochs, _target, _report, _picture])
            command.Add(option);
    }

    /// <summary>Trains and measures as the command line says.</summary>
    /// <returns>The exit code.</returns>
    public int Run(
        ParseResult arguments, int batchSize = CifarExperiment.DefaultBatchSize, INetworkEngine? engine = null,
        Func<string>? status = null)
    {
        CifarFiles files = CifarFiles.Choose(arguments.GetValue(_train) ?? [], arguments.GetValue(_test) ?? []);
        NetworkRecipe recipe = CifarNetworks.All.First(candidate => candidate.Name == arguments.GetValue(_network));
        double target = arguments.GetValue(_target) ?? (files.AreGenerated ? GeneratedTarget : recipe.Target);
        ExperimentOutput output =
            new(arguments.GetValue(_save)!, target, arguments.GetValue(_report), arguments.GetValue(_picture));
        return CifarExperiment.Run(files, recipe, arguments.GetValue(_epochs), output, batchSize, engine, status);
    }

    private static Option<string[]> FilesOption(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };
}
