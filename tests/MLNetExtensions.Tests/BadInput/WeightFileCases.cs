using System.Buffers.Binary;
using System.Text;
using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Weights (safetensors), networks and histories (JSON) that are damaged, of another format or of another
/// network.</summary>
internal static class WeightFileCases
{
    private static readonly NetworkDefinition Network = NetworkDefinition.Build(new(Points.Width), network => network.Linear(3));

    public static IEnumerable<BadInputCase> All => [.. Files(), .. Headers(), .. Models(), .. Json()];

    private static IEnumerable<BadInputCase> Files()
    {
        byte[] valid = Bytes(NetworkWeights.Initialize(Network, 1));
        (string What, byte[] Content, string Words)[] faults =
        [
            ("nothing", [], "weights.safetensors' is truncated"),
            ("half a length", valid[..5], "weights.safetensors' is truncated"),
            ("half a header", valid[..30], "weights.safetensors' is truncated"),
            ("values without their last byte", valid[..^1], "weights.safetensors' is truncated"),
            ("a byte too many", [.. valid, 0], "bytes after its last tensor"),
            ("a file of PyTorch's own", [.. "PK\u0003\u0004 archive/data.pkl"u8], "safetensors.torch.save_file"),
        ];
        foreach ((string what, byte[] content, string words) in faults)
            yield return BadInputCase.Of<FormatException>($"safetensors: {what}", () =>
            {
                using TempFolder folder = new();
                SafeTensors.Load(folder.Write("weights.safetensors", content));
            }, "weights.safetensors'", words);
        yield return BadInputCase.Of<FileNotFoundException>("safetensors: no file", () => SafeTensors.Load("none.safetensors"),
            "none.safetensors");
    }

    private static IEnumerable<BadInputCase> Headers()
    {
        (string What, string Header, string Words)[] faults =
        [
            ("a list", "[1, 2]", "no JSON object"),
            ("no JSON", "weights", "not a valid safetensors file"),
            ("a tensor without a type", """{"a": {"shape": [2], "data_offsets": [0, 8]}}""", "'a'"),
            ("a tensor without a place", """{"a": {"dtype": "F32", "shape": [2]}}""", "'a'"),
            ("a place of one number", """{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0]}}""",
                "data_offsets are not two numbers"),
            ("a negative dimension", """{"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}""",
                "a dimension is negative"),
            ("a place that ends before it begins", """{"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}}""",
                "are no range"),
            ("a shape that does not fill its place", """{"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}""",
                "F32 values of shape [3] don't fill bytes 0 to 8"),
            ("two tensors in one place",
                """{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "b": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}""",
                "an entry 'b' that starts at byte 0"),
            ("a gap", """{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}""", "an entry 'a' that starts at byte 4"),
        ];
        foreach ((string what, string header, string words) in faults)
            yield return BadInputCase.Of<FormatException>($"safetensors header: {what}", () =>
                SafeTensors.Read(new MemoryStream(
                    [.. Length(Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[8]]),
                        "weights.safetensors"),
                "'weights.safetensors' is not a valid safetensors file", words);

        static byte[] Length(int length)
        {
            byte[] bytes = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
            return bytes;
        }
    }

    private static IEnumerable<BadInputCase> Models()
    {
        yield return BadInputCase.Of<FormatException>("model: weights without a definition", () =>
            NetworkModel.Load(new MemoryStream(Bytes(NetworkWeights.Initialize(Network, 1))), "model.safetensors"),
            "'model.safetensors' holds no valid network", "Make the architecture and give it as well");
        NetworkDefinition wider = NetworkDefinition.Build(new(Points.Width), network => network.Linear(5));
        yield return BadInputCase.Of<FormatException>("model: weights of another shape", () =>
            NetworkModel.Load(new MemoryStream(Bytes(NetworkWeights.Initialize(Network, 1))), "model.safetensors", wider),
            "'model.safetensors'", "'0.weight'", "[3×4]", "[5×4]");
        NetworkDefinition named = NetworkDefinition.Build(new(Points.Width), network => network.Linear(3, name: "head"));
        yield return BadInputCase.Of<FormatException>("model: weights of other names", () =>
            NetworkModel.Load(new MemoryStream(Bytes(NetworkWeights.Initialize(Network, 1))), "model.safetensors", named),
            "'model.safetensors'", "'head.weight'");
        NetworkModel model = new(Network, NetworkWeights.Initialize(Network, 1));
        yield return BadInputCase.Of<ArgumentException>("model: cut at a layer that there is not", () => model.CutAt("features"),
            "no layer 'features'", "it has 0");
        yield return BadInputCase.Of<ArgumentException>("a network on a column: a layer that there is not", () =>
            new MLContext().Transforms.ApplyNeuralNetwork("Out", "Features", model, "features"), "no layer 'features'");
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("a network on a column: other features", () =>
            new MLContext().Transforms.ApplyNeuralNetwork("Out", "Features", model).Fit(
                new TableView(TableColumn.Single("Features", 1))),
            "'Features'", "Single");
    }

    private static IEnumerable<BadInputCase> Json()
    {
        foreach (string text in (string[])["", "{", "[]", "null", "{}",
            """{"version": 1, "input": [4], "nodes": [{"name": "a"}]}"""])
            yield return BadInputCase.Of<FormatException>($"network JSON: '{text}'", () => NetworkJson.Deserialize(text),
                "definition");
        yield return BadInputCase.Of<FormatException>("network JSON: a later version", () =>
            NetworkJson.Deserialize("""{"version": 99, "input": [4], "nodes": []}"""), "version 99", "Update MLNetExtensions");
        foreach (string text in (string[])["", "{", "{}", """{"metric": "a"}"""])
            yield return BadInputCase.Of<FormatException>($"history JSON: '{text}'", () => TrainingHistory.FromJson(text),
                "training history");
    }

    private static byte[] Bytes(NetworkWeights weights)
    {
        using MemoryStream stream = new();
        SafeTensors.Write(stream, weights);
        return stream.ToArray();
    }
}
