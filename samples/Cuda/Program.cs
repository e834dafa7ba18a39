using System.CommandLine;
using MLNetExtensions.Networks.TorchSharp;
using Samples;
using Samples.Cuda;

Option<string?> device = new("--device")
{
    Description = "cpu, cuda or cuda:N (default: the first GPU, or the processor where there is none)",
};
Option<bool> tensorFloat32 = new("--tf32") { Description = "allow TensorFloat-32 on the GPU" };
Option<bool> mixedPrecision = new("--mixed-precision") { Description = "convolutions and linear layers in bfloat16" };
Option<int> batchSize = SampleProgram.Count("--batch-size", "images of one step", CifarExperiment.DefaultBatchSize);
RootCommand root = new("Trains a small convolutional network on CIFAR-10 with TorchSharp, on a GPU where there is one.")
{
    device, tensorFloat32, mixedPrecision, batchSize,
};
CifarOptions options = new(root, savePath: "cuda.zip");
root.SetAction(arguments =>
{
    TorchSharpEngine engine = new(
        arguments.GetValue(device), arguments.GetValue(tensorFloat32), arguments.GetValue(mixedPrecision));
    Console.WriteLine($"Engine: {engine.Name}");
    if (engine.Device == "cpu" && arguments.GetValue(device) is null)
    {
        Console.WriteLine(
            "Note: libtorch sees no CUDA device, so the processor does the work. A GPU needs NVIDIA's driver and a bundle with " +
            "cuda in its name.");
    }
    return options.Run(arguments, arguments.GetValue(batchSize), engine, new DeviceMemory(engine.Device).Describe);
});
return await SampleProgram.RunAsync(root, args);
