using System.CommandLine;
using Samples;
using Samples.TransferLearning;

Option<string?> data = new("--data")
{
    Description = "a folder with a folder of images for each class (default: images/flowers in MLNETEXT_DATA)",
};
Option<string?> weights = new("--weights")
{
    Description = "a pretrained network: an .onnx file, or a .safetensors file of torchvision's ResNet-18, of red, green and blue " +
        "as torchvision standardises them (default: the ResNet-18 of ML.NET)",
};
Option<int> folds = SampleProgram.Count("--folds", "parts of the cross-validation", defaultValue: 5, minimum: 2);
Option<string> save = new("--save") { Description = "where the fine-tuned model is saved", DefaultValueFactory = _ => "transfer.zip" };
Option<string?> picture = SampleProgram.Picture();
RootCommand root = new("Teaches a pretrained network the classes of a folder of images.") { data, weights, folds, save, picture };
root.SetAction(arguments => new TransferExperiment(
    ImageData.Choose(arguments.GetValue(data)), Backbone.Load(arguments.GetValue(weights)), arguments.GetValue(folds))
    .Run(arguments.GetValue(save)!, arguments.GetValue(picture)));
return await SampleProgram.RunAsync(root, args);
