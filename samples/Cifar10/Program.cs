using System.CommandLine;
using Samples;

RootCommand root = new("Trains a convolutional network on CIFAR-10.");
CifarOptions options = new(root, savePath: "cifar10.zip");
root.SetAction(arguments => options.Run(arguments));
return await SampleProgram.RunAsync(root, args);
