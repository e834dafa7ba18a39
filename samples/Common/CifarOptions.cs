using System.CommandLine;
using MLNetExtensions.Networks.Training;

namespace Samples;

/// <summary>What every sample on CIFAR-10 can be told.</summary>
public sealed class CifarOptions
{
    private const int DefaultEpochs = 30;
    private const double DefaultTarget = 0.72;

    private readonly Option<string[]> _train =
        FilesOption("--train", "files to learn from (default: those in cifar10 of MLNETEXT_DATA but the last)");
    private readonly Option<string[]> _test = FilesOption("--test", "files to measure with (default: the last one)");
    private readonly Option<string> _save;
    private readonly Option<int> _epochs = SampleProgram.Count("--epochs", "passes over the images", DefaultEpochs);
    private readonly Option<double> _target = new("--target")
    {
        Description = "the accuracy below which the sample fails",
        DefaultValueFactory = _ => DefaultTarget,
    };

    private readonly Option<string?> _report = SampleProgram.Report();

    /// <param name="command">The sample's command, which gets the options.</param>
    /// <param name="savePath">Where the model is saved unless told.</param>
    public CifarOptions(Command command, string savePath)
    {
        _save = new("--save") { Description = "where the trained model is saved", DefaultValueFactory = _ => savePath };
        foreach (Option option in (Option[])[_train, _test, _save, _epochs, _target, _report])
            command.Add(option);
    }

    /// <summary>Trains and measures as the command line says.</summary>
    /// <returns>The exit code.</returns>
    public int Run(
        ParseResult arguments, int batchSize = CifarExperiment.DefaultBatchSize, INetworkEngine? engine = null,
        Func<string>? status = null) => CifarExperiment.Run(
            CifarFiles.Choose(arguments.GetValue(_train) ?? [], arguments.GetValue(_test) ?? []),
            arguments.GetValue(_epochs),
            arguments.GetValue(_save)!,
            arguments.GetValue(_target),
            batchSize,
            arguments.GetValue(_report),
            engine,
            status);

    private static Option<string[]> FilesOption(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };
}
