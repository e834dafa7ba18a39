using System.CommandLine;
using Samples;

Option<string[]> train = new("--train")
{
    Description = "files to learn from (default: those in cifar10 of MLNETEXT_DATA but the last)",
    AllowMultipleArgumentsPerToken = true,
};
Option<string[]> test = new("--test")
{
    Description = "files to measure with (default: the last one)",
    AllowMultipleArgumentsPerToken = true,
};
Option<string> save = new("--save") { Description = "where the trained model is saved", DefaultValueFactory = _ => "cifar10.zip" };
Option<int> epochs = SampleProgram.Count("--epochs", "passes over the images", defaultValue: 30);
Option<double> target = new("--target")
{
    Description = "the accuracy below which the sample fails",
    DefaultValueFactory = _ => 0.72,
};
RootCommand root = new("Trains a small convolutional network on CIFAR-10.") { train, test, save, epochs, target };
root.SetAction(arguments => CifarExperiment.Run(
    CifarFiles.Choose(arguments.GetValue(train) ?? [], arguments.GetValue(test) ?? []),
    arguments.GetValue(epochs),
    arguments.GetValue(save)!,
    arguments.GetValue(target)));
return await SampleProgram.RunAsync(root, args);
