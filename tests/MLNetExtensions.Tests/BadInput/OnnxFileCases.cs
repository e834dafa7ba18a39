using System.Text;
using MLNetExtensions.Networks;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>ONNX models that are damaged, or say what no network does.</summary>
internal static class OnnxFileCases
{
    private static readonly Lazy<byte[]> Valid = new(() =>
    {
        NetworkDefinition network = NetworkDefinition.Build(new(Points.Width), layers => layers.Linear(3).ReLU().Linear(2));
        using MemoryStream stream = new();
        new NetworkModel(network, NetworkWeights.Initialize(network, 1)).SaveOnnx(stream);
        return stream.ToArray();
    });

    public static IEnumerable<BadInputCase> All =>
    [
        Damaged<FormatException>("nothing", _ => [], "no graph", "no ONNX model"),
        Damaged<FormatException>("a text", _ => [.. "this is no model"u8], "not a valid ONNX model"),
        Damaged<FormatException>("its first half", content => content[..(content.Length / 2)], "not a valid ONNX model"),
        Damaged<NotSupportedException>("an operator that there is not", content => Replace(content, "Gemm", "Gamm"),
            "(Gamm)", "no layer computes"),
        BadInputCase.Of<ArgumentException>("ONNX: an output that there is not", () =>
            Load(Valid.Value, new() { OutputName = "logits" }), "no value 'logits'", "its outputs are"),
        BadInputCase.Of<ArgumentException>("ONNX: an input of another shape", () =>
            Load(Valid.Value, new() { InputShape = new(5) }), "has the shape [4] for one example, not [5]"),
        BadInputCase.Of<FileNotFoundException>("ONNX: no file", () => NetworkModel.LoadOnnx("none.onnx"), "none.onnx"),
    ];

    private static BadInputCase Damaged<TException>(string what, Func<byte[], byte[]> damage, params string[] words)
        where TException : Exception =>
        BadInputCase.Of<TException>($"ONNX: {what}", () => Load(damage(Valid.Value), null), ["'model.onnx'", .. words]);

    private static void Load(byte[] content, OnnxImportOptions? options) =>
        NetworkModel.LoadOnnx(new MemoryStream(content), options, "model.onnx");

    /// <summary>Another text of the same length.</summary>
    private static byte[] Replace(byte[] content, string text, string other)
    {
        string before = Encoding.Latin1.GetString(content);
        Assert.Contains(text, before);
        return Encoding.Latin1.GetBytes(before.Replace(text, other));
    }
}
