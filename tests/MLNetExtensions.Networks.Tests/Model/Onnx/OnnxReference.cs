using Microsoft.ML.OnnxRuntime;
using MLNetExtensions.Networks.Training;
using Xunit;
using InferenceSession = Microsoft.ML.OnnxRuntime.InferenceSession;

namespace MLNetExtensions.Networks.Tests.Onnx;

/// <summary>Runs models in ONNX Runtime and in the managed engine.</summary>
internal static class OnnxReference
{
    /// <summary>The outputs of ONNX Runtime for a batch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="shape">The shape of an example.</param>
    /// <param name="features">The batch.</param>
    /// <param name="optimize">Whether ONNX Runtime may rewrite the graph, as it does unless told otherwise.</param>
    public static float[] Run(byte[] model, TensorShape shape, float[] features, bool optimize = true)
    {
        using SessionOptions options = new()
        {
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1, InterOpNumThreads = 1,
            GraphOptimizationLevel =
                optimize ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        using InferenceSession session = new(model, options);
        using RunOptions run = new();
        long[] dimensions = [features.Length / shape.Size, .. shape.Dimensions.ToArray().Select(size => (long)size)];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(features, dimensions);
        using IDisposableReadOnlyCollection<OrtValue> outputs =
            session.Run(run, [session.InputNames[0]], [input], [session.OutputNames[0]]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>The rows of outputs of ONNX Runtime for rows of inputs, one after the other.</summary>
    public static float[] RunRows(byte[] model, NetworkDefinition network, float[] rows)
    {
        using InferenceSession session = new(model);
        using RunOptions run = new();
        List<float> result = [];
        foreach (float[] row in rows.Chunk(network.InputLayout.Size))
        {
            OrtValue[] inputs =
            [
                .. network.Inputs.Select(input => OrtValue.CreateTensorValueFromMemory(
                    row[network.InputLayout[input.Name]], [1, .. input.Shape.Dimensions.ToArray().Select(size => (long)size)])),
            ];
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, session.InputNames, inputs, session.OutputNames);
            foreach (OrtValue output in outputs)
                result.AddRange(output.GetTensorDataAsSpan<float>());
            foreach (OrtValue input in inputs)
                input.Dispose();
        }
        return [.. result];
    }

    /// <summary>The outputs of the managed engine for a batch.</summary>
    public static float[] Run(NetworkModel model, float[] features)
    {
        int count = (int)(features.Length / model.Definition.InputShape.Size);
        float[] outputs = new float[count * model.Definition.OutputShape.Size];
        using var session = new Networks.Managed.ManagedEngine(1).CreateInferenceSession(model, count);
        session.Run(features, count, outputs);
        return outputs;
    }

    /// <summary>Fails unless the values agree, relative to the largest of them.</summary>
    public static void Equal(float[] expected, float[] actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Max(value => Math.Abs((double)value));
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - (double)actual[i]) <= tolerance * scale,
                $"Value {i} is {actual[i]} instead of {expected[i]}; the largest is {scale}.");
    }

    public static byte[] Bytes(NetworkModel model, OnnxExportOptions? options = null)
    {
        using MemoryStream stream = new();
        model.SaveOnnx(stream, options);
        return stream.ToArray();
    }

    public static NetworkModel Load(byte[] model, OnnxImportOptions? options = null) =>
        NetworkModel.LoadOnnx(new MemoryStream(model), options, "test.onnx");
}
