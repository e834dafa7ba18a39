using System.CommandLine;
using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.TorchSharp;
using Samples;
using Samples.Cuda;

Option<string[]> train = new("--train") { Description = "files to learn from (default: those in cifar10 of MLNETEXT_DATA but the last)", AllowMultipleArgumentsPerToken = true };
Option<string[]> test = new("--test") { Description = "files to measure with (default: the last one)", AllowMultipleArgumentsPerToken = true };
Option<string?> device = new("--device") { Description = "cpu, cuda or cuda:N (default: the first GPU, or the processor where there is none)" };
Option<bool> tensorFloat32 = new("--tf32") { Description = "allow TensorFloat-32 on the GPU" };
Option<bool> mixedPrecision = new("--mixed-precision") { Description = "convolutions and linear layers in bfloat16" };
Option<string> save = new("--save") { Description = "where the trained model is saved", DefaultValueFactory = _ => "cuda.zip" };
Option<int> batchSize = new("--batch-size") { Description = "images of one step", DefaultValueFactory = _ => 128 };
Option<int> epochs = new("--epochs") { Description = "passes over the images", DefaultValueFactory = _ => 30 };
Option<double> target = new("--target") { Description = "the accuracy below which the sample fails", DefaultValueFactory = _ => 0.72 };
RootCommand root = new("Trains a small convolutional network on CIFAR-10 with TorchSharp, on a GPU where there is one.")
{
    train, test, device, tensorFloat32, mixedPrecision, save, batchSize, epochs, target,
};
root.SetAction(arguments =>
{
    if (!TorchSharpEngine.IsAvailable)
    {
        Console.Error.WriteLine(
            "There is no libtorch. Run the sample with a bundle: TorchSharpBundle=TorchSharp-cuda-linux (or TorchSharp-cuda-windows, or TorchSharp-cpu) " +
            "in the environment of dotnet run.");
        return 2;
    }
    TorchSharpEngine engine = new(arguments.GetValue(device), arguments.GetValue(tensorFloat32), arguments.GetValue(mixedPrecision));
    Console.WriteLine($"Engine: {engine.Name}");
    if (engine.Device == "cpu" && arguments.GetValue(device) is null)
        Console.WriteLine("Note: libtorch sees no CUDA device, so the processor does the work. A GPU needs NVIDIA's driver and a bundle with cuda in its name.");

    CifarFiles files = CifarFiles.Choose(arguments.GetValue(train) ?? [], arguments.GetValue(test) ?? []);
    MLContext ml = new(seed: 1);
    return ImageExperiment.Run(
        ml,
        ml.Data.LoadFromCifar10Files(files.Train),
        ml.Data.LoadFromCifar10Files(files.Test),
        new()
        {
            Engine = engine,
            // The mean and deviation of CIFAR-10's red, green and blue; the model takes bytes.
            Architecture = (shape, classes) => SimpleCnn.Create(
                classes, shape, dropout: 0.2, new Normalize([125.3f, 123.0f, 113.9f], [63.0f, 62.1f, 66.7f])),
            ValidationFraction = 0.05,
            Training = new TrainingOptions
            {
                Epochs = arguments.GetValue(epochs),
                BatchSize = arguments.GetValue(batchSize),
                Optimizer = new AdamW(LearningRate: 3e-3),
                Schedule = new OneCycleSchedule(),
                Augmentations = [new RandomCrop(Padding: 4), new RandomHorizontalFlip()],
                Seed = 1,
            },
        },
        arguments.GetValue(save)!,
        arguments.GetValue(target),
        new DeviceMemory(engine.Device).Describe);
});
return await SampleProgram.RunAsync(root, args);
