using Microsoft.ML.Transforms.Image;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;

namespace Samples.TransferLearning;

/// <summary>A pretrained network without its last layer: what of it makes features of images.</summary>
internal sealed class Backbone
{
    private const int Size = 224;

    /// <summary>The mean of the pixels that ML.NET's ResNet-18 was trained on, blue first. (ML.NET subtracts a mean image, of which
    /// these are the means.)</summary>
    private static readonly Normalize BlueFirst = new([103.06f, 115.90f, 123.15f], [1, 1, 1]);

    private readonly Normalize _normalization;

    private Backbone(NetworkModel model, Normalize normalization, ImagePixelExtractingEstimator.ColorsOrder order)
    {
        (Model, _normalization, Order) = (WithoutClassifier(model), normalization, order);
        Input = Model.Definition.InputShape;
        if (Input is not { Rank: 3, Channels: 3 })
            throw new ArgumentException($"The pretrained network takes {Input}, not colour images [3×height×width] (--weights).");
        NetworkNode last = Model.Definition.Nodes.Last(node => node.Layer is Conv2d);
        TensorShape map = Model.Definition.ShapeOf(last.Name);
        LastStage =
        [
            .. Model.Definition.Nodes.Where(node => node.Layer is Conv2d && IsOf(Model.Definition.ShapeOf(node.Name), map))
                .Select(node => node.Name),
        ];
    }

    /// <summary>The features and their weights.</summary>
    public NetworkModel Model { get; }

    /// <summary>The images that it takes.</summary>
    public TensorShape Input { get; }

    /// <summary>The order of their colours.</summary>
    public ImagePixelExtractingEstimator.ColorsOrder Order { get; }

    /// <summary>The convolutions of the last stage: those whose output has the size of the last one's.</summary>
    public IReadOnlyList<string> LastStage { get; }

    /// <summary>Reads a pretrained network.</summary>
    /// <param name="path">An .onnx or .safetensors file; null for ML.NET's ResNet-18.</param>
    public static Backbone Load(string? path)
    {
        if (path is null)
        {
            string own = Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx");
            return new(NetworkModel.LoadOnnx(own), BlueFirst, ImagePixelExtractingEstimator.ColorsOrder.ABGR);
        }
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}' (--weights).", path);
        return new(
            Path.GetExtension(path) == ".onnx"
                ? NetworkModel.LoadOnnx(path, new OnnxImportOptions { InputShape = new(3, Size, Size) })
                : NetworkModel.Load(path, ResNet.Create(18)),
            ImageNet.Normalization, ImagePixelExtractingEstimator.ColorsOrder.ARGB);
    }

    /// <summary>The network for so many classes: it takes pixels as bytes, and its last layer, <c>head</c>, is new.</summary>
    public NetworkDefinition For(int classes) => NetworkDefinition.Build(Input, network =>
    {
        network.Add(_normalization, "pixels").Add(Model.Definition);
        if (Model.Definition.OutputShape.Rank > 1)
            network.AdaptiveAvgPool2d(1, 1, "head_pool").Flatten("head_flatten");
        network.Linear(classes, name: "head");
    });

    /// <summary>A network that classifies is cut before its last layer.</summary>
    private static NetworkModel WithoutClassifier(NetworkModel model) =>
        model.Definition.OutputNode() is { Layer: Linear, Inputs: [string features] } ? model.CutAt(features) : model;

    private static bool IsOf(TensorShape shape, TensorShape map) => shape[1] == map[1] && shape[2] == map[2];
}
