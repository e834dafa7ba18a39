using System.CommandLine;
using Microsoft.ML;
using Samples;
using Samples.Mnist;

Option<string?> data = new("--data")
{
    Description = "a folder with the four files of MNIST, or of a data set of its format (default: mnist in MLNETEXT_DATA)",
};
Option<string> save = new("--save") { Description = "where the trained model is saved", DefaultValueFactory = _ => "mnist.zip" };
Option<string> network = NetworkRecipe.Choice(MnistNetworks.All);
Option<int?> epochs = SampleProgram.OptionalCount("--epochs", "passes over the images (default: what suits the network)");
Option<double?> target = new("--target")
{
    Description = "the accuracy below which the sample fails (default: what the network should reach on digits; 0.8 on other sets)",
};
Option<string?> report = SampleProgram.Report(), picture = SampleProgram.Picture();
RootCommand root = new("Trains a network on handwritten digits.") { data, network, save, epochs, target, report, picture };
root.SetAction(arguments => Run(
    arguments.GetValue(data), MnistNetworks.All.First(recipe => recipe.Name == arguments.GetValue(network)),
    arguments.GetValue(epochs), arguments.GetValue(target),
    new(arguments.GetValue(save)!, 0, arguments.GetValue(report), arguments.GetValue(picture))));
return await SampleProgram.RunAsync(root, args);

static int Run(string? folder, NetworkRecipe recipe, int? epochs, double? target, ExperimentOutput output)
{
    const int batchSize = 128;
    const double otherTarget = 0.8;
    MnistFiles files = MnistFiles.Choose(folder);
    MLContext ml = new(seed: 1);
    return ImageExperiment.Run(
        ml,
        ml.Data.LoadFromIdxFiles(files.TrainImages, files.TrainLabels),
        ml.Data.LoadFromIdxFiles(files.TestImages, files.TestLabels),
        recipe.ToOptions(epochs, batchSize),
        // Other sets are harder than the digits (Fashion-MNIST: about 0.9), and the generated one is small.
        output with { TargetAccuracy = target ?? (files.AreDigits() ? recipe.Target : otherTarget) });
}
