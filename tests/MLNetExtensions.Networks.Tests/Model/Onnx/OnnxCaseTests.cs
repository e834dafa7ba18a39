using MLNetExtensions.Networks.Onnx;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Onnx;

/// <summary>The ONNX project's own test cases: folders of a model, inputs and the outputs that a right implementation gives.
/// Cases that no layer computes must name what is missing.</summary>
public sealed class OnnxCaseTests
{
    /// <summary>Operators of the cases that come with the data set for which there is no layer.</summary>
    private static readonly Dictionary<string, string> Unsupported = new()
    {
    };

    public static TheoryData<string> Cases => Directory.Exists(OnnxCaseTheoryAttribute.Folder)
        ? [.. Directory.GetFiles(OnnxCaseTheoryAttribute.Folder, "model.onnx", SearchOption.AllDirectories).Select(NameOf)]
        : [];

    [OnnxCaseTheory, MemberData(nameof(Cases))]
    public void A_case_passes_or_names_the_operator(string name)
    {
        string folder = Path.Combine(OnnxCaseTheoryAttribute.Folder, name);
        NetworkModel model;
        try
        {
            model = NetworkModel.LoadOnnx(Path.Combine(folder, "model.onnx"));
        }
        catch (NotSupportedException e)
        {
            using FileStream file = File.OpenRead(Path.Combine(folder, "model.onnx"));
            ModelProto proto = ModelProto.Parser.ParseFrom(file);
            Assert.Contains(proto.Graph.Node, node => e.Message.Contains($"({node.OpType})"));
            Assert.True(Unsupported.TryGetValue(name, out string? operation), e.Message);
            Assert.Contains($"({operation})", e.Message);
            return;
        }
        Assert.False(Unsupported.ContainsKey(name), "It is supported now.");
        foreach (string set in Directory.GetDirectories(folder, "test_data_set_*"))
            OnnxReference.Equal(Read(set, "output_0.pb"), OnnxReference.Run(model, Rows(model.Definition, set)));
    }

    /// <summary>The inputs of each example side by side.</summary>
    private static float[] Rows(NetworkDefinition network, string set)
    {
        float[][] inputs = [.. network.Inputs.Select((_, i) => Read(set, $"input_{i}.pb"))];
        int count = inputs[0].Length / (int)network.Inputs[0].Shape.Size;
        return [.. Enumerable.Range(0, count).SelectMany(row => inputs.SelectMany(input =>
            input.AsSpan(row * (input.Length / count), input.Length / count).ToArray()))];
    }

    private static string NameOf(string file) =>
        Path.GetRelativePath(OnnxCaseTheoryAttribute.Folder, Path.GetDirectoryName(file)!);

    private static float[] Read(string folder, string name)
    {
        using FileStream file = File.OpenRead(Path.Combine(folder, name));
        return new OnnxTensorReader(null).Read(TensorProto.Parser.ParseFrom(file), name).ToFloats();
    }
}
