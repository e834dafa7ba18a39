using Microsoft.ML.OnnxRuntime;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Tests.Onnx;

/// <summary>A network of millions of weights that another tool trained and wrote, in our engine.</summary>
public sealed class PretrainedResNetTests
{
    [Fact]
    public void The_features_are_those_of_ONNX_Runtime()
    {
        NetworkModel model = NetworkModel.LoadOnnx(PretrainedResNet.Path);
        Assert.Equal(new TensorShape(3, PretrainedResNet.Size, PretrainedResNet.Size), model.Definition.InputShape);
        float[][] images = PretrainedResNet.Images(4);
        float[] features = new float[images.Length * PretrainedResNet.Features];
        using IInferenceSession session = ManagedEngine.Default.CreateInferenceSession(model, images.Length);
        session.Run([.. images.SelectMany(image => image)], images.Length, features);

        using InferenceSession runtime = new(PretrainedResNet.Path);
        using RunOptions run = new();
        for (int i = 0; i < images.Length; i++)
        {
            // The file has a batch of one.
            using OrtValue input =
                OrtValue.CreateTensorValueFromMemory(images[i], [1, 3, PretrainedResNet.Size, PretrainedResNet.Size]);
            using var outputs = runtime.Run(run, [runtime.InputNames[0]], [input], [runtime.OutputNames[0]]);
            float[] expected = outputs[0].GetTensorDataAsSpan<float>().ToArray();
            Assert.True(expected.Count(value => value > 0.1) > 100, "The image says nothing to the network.");
            Values.Close(expected, features[(i * PretrainedResNet.Features)..((i + 1) * PretrainedResNet.Features)], 1e-4);
        }
    }
}
