using System.CommandLine;
using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using Samples;

Option<string[]> train = new("--train") { Description = "files to learn from (default: those in cifar10 of MLNETEXT_DATA but the last)", AllowMultipleArgumentsPerToken = true };
Option<string[]> test = new("--test") { Description = "files to measure with (default: the last one)", AllowMultipleArgumentsPerToken = true };
Option<string> save = new("--save") { Description = "where the trained model is saved", DefaultValueFactory = _ => "cifar10.zip" };
Option<int> epochs = SampleProgram.Count("--epochs", "passes over the images", defaultValue: 30);
Option<double> target = new("--target") { Description = "the accuracy below which the sample fails", DefaultValueFactory = _ => 0.72 };
RootCommand root = new("Trains a small convolutional network on CIFAR-10.") { train, test, save, epochs, target };
root.SetAction(arguments => Run(
    arguments.GetValue(train) ?? [], arguments.GetValue(test) ?? [], arguments.GetValue(save)!, arguments.GetValue(epochs), arguments.GetValue(target)));
return await SampleProgram.RunAsync(root, args);

static int Run(string[] train, string[] test, string modelPath, int epochs, double target)
{
    CifarFiles files = CifarFiles.Choose(train, test);
    MLContext ml = new(seed: 1);
    return ImageExperiment.Run(
        ml,
        ml.Data.LoadFromCifar10Files(files.Train),
        ml.Data.LoadFromCifar10Files(files.Test),
        new()
        {
            // The mean and deviation of CIFAR-10's red, green and blue; the model takes bytes.
            Architecture = (shape, classes) => SimpleCnn.Create(
                classes, shape, dropout: 0.2, new Normalize([125.3f, 123.0f, 113.9f], [63.0f, 62.1f, 66.7f])),
            ValidationFraction = 0.05,
            Training = new TrainingOptions
            {
                Epochs = epochs,
                BatchSize = 128,
                Optimizer = new AdamW(LearningRate: 3e-3),
                Schedule = new OneCycleSchedule(),
                Augmentations = [new RandomCrop(Padding: 4), new RandomHorizontalFlip()],
                Seed = 1,
            },
        },
        modelPath,
        target);
}
