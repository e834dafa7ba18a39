using System.Reflection;
using System.Text.RegularExpressions;
using MLNetExtensions.Networks.Tests.Managed;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Onnx;

/// <summary>Graphs as exporters write them, of many opsets (Data/onnx-graphs.txt, in the form of <see cref="GraphText"/>): the
/// network computes what ONNX Runtime does.</summary>
public sealed partial class OnnxImportTests
{
    /// <summary>The graphs by name and opset, as bytes of a file.</summary>
    internal static IReadOnlyDictionary<string, byte[]> Graphs { get; } = Read();

    public static TheoryData<string> Names => [.. Graphs.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_graph_computes_what_ONNX_Runtime_does(string name)
    {
        byte[] bytes = Graphs[name];
        NetworkModel model = OnnxReference.Load(bytes);
        float[] features = SessionFactory.Normal(name.Length, 2 * model.Definition.InputShape.Size);
        // Its optimiser gets some graphs of padding wrong, so ONNX Runtime takes the graph as it is.
        OnnxReference.Equal(
            OnnxReference.Run(bytes, model.Definition.InputShape, features, optimize: false), OnnxReference.Run(model, features));
    }

    private static Dictionary<string, byte[]> Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("onnx-graphs.txt")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split("# ", StringSplitOptions.RemoveEmptyEntries).ToDictionary(
            section => section[..section.IndexOf('\n')],
            section => GraphText.Bytes(
                int.Parse(Opset().Match(section).Groups[1].Value), section[(section.IndexOf('\n') + 1)..]));
    }

    [GeneratedRegex(@"\(opset (\d+)\)")]
    private static partial Regex Opset();
}
