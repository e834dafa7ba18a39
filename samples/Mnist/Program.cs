using System.CommandLine;
using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using Samples;
using Samples.Mnist;

Option<string?> data = new("--data")
{
    Description = "a folder with the four files of MNIST, or of a data set of its format (default: mnist in MLNETEXT_DATA)",
};
Option<string> save = new("--save") { Description = "where the trained model is saved", DefaultValueFactory = _ => "mnist.zip" };
Option<int> epochs = SampleProgram.Count("--epochs", "passes over the images", defaultValue: 12);
Option<double?> target = new("--target")
{
    Description = "the accuracy below which the sample fails (default: 0.99 on MNIST's digits, 0.8 on other sets)",
};
Option<string?> report = SampleProgram.Report();
RootCommand root = new("Trains LeNet-5 on handwritten digits.") { data, save, epochs, target, report };
root.SetAction(arguments => Run(
    arguments.GetValue(data), arguments.GetValue(save)!, arguments.GetValue(epochs), arguments.GetValue(target),
    arguments.GetValue(report)));
return await SampleProgram.RunAsync(root, args);

static int Run(string? folder, string modelPath, int epochs, double? target, string? reportPath)
{
    folder ??= SampleData.Folder("mnist");
    MnistFiles files;
    if (folder is not null)
    {
        files = MnistFiles.In(folder);
        Console.WriteLine($"Data: {folder}");
    }
    else
    {
        files = MnistFiles.Generate(Path.Combine(Path.GetTempPath(), "mlnetextensions-synthetic-mnist"));
        Console.WriteLine(
            "Data: a small GENERATED set, not digits. For the real ones download the four files of MNIST " +
            "(https://ossci-datasets.s3.amazonaws.com/mnist/) into a folder and name it with --data.");
    }

    MLContext ml = new(seed: 1);
    return ImageExperiment.Run(
        ml,
        ml.Data.LoadFromIdxFiles(files.TrainImages, files.TrainLabels),
        ml.Data.LoadFromIdxFiles(files.TestImages, files.TestLabels),
        new()
        {
            // The mean and deviation of MNIST's pixels; the model takes bytes.
            Architecture = (shape, classes) => LeNet5.Create(classes, shape, new Normalize([33.32f], [78.57f])),
            ValidationFraction = 0.05,
            Epochs = epochs,
            BatchSize = 128,
            LearningRate = 2e-3,
            Optimizer = new AdamW(),
            Schedule = new OneCycleSchedule(),
            Augmentations = [new RandomCrop(Padding: 2)],
            Seed = 1,
        },
        modelPath,
        // LeNet-5 reaches 0.99 on the digits; other sets are harder (Fashion-MNIST: about 0.9), and the generated one is small.
        target ?? (files.AreDigits() ? 0.99 : 0.8),
        reportPath);
}
