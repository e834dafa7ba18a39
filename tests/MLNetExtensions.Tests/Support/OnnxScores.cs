using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace MLNetExtensions.Tests;

/// <summary>What ONNX Runtime computes with the model that <c>ConvertToOnnx</c> makes of a pipeline.</summary>
internal sealed class OnnxScores : IDisposable
{
    private readonly IDisposableReadOnlyCollection<OrtValue> _values;
    private readonly string[] _names;

    private OnnxScores(IDisposableReadOnlyCollection<OrtValue> values, string[] names) => (_values, _names) = (values, names);

    /// <summary>The pipeline as a file of ONNX.</summary>
    /// <param name="ml">The context that hears of steps that can't be converted.</param>
    /// <param name="model">The pipeline.</param>
    /// <param name="data">Data that it scores; each of its columns becomes an input.</param>
    /// <param name="opset">The version of the operators; null for the converter's own.</param>
    public static byte[] Convert(MLContext ml, ITransformer model, IDataView data, int? opset = null)
    {
        using MemoryStream stream = new();
        if (opset is { } version)
            ml.Model.ConvertToOnnx(model, data, version, stream);
        else
            ml.Model.ConvertToOnnx(model, data, stream);
        return stream.ToArray();
    }

    /// <summary>Scores rows of the only input.</summary>
    /// <param name="model">The file.</param>
    /// <param name="values">The values of the rows, behind each other.</param>
    /// <param name="dimensions">The dimensions of a row.</param>
    public static OnnxScores Of<T>(byte[] model, T[] values, params int[] dimensions)
        where T : unmanaged
    {
        using SessionOptions options =
            new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1 };
        using InferenceSession session = new(model, options);
        using RunOptions run = new();
        long rows = values.Length / dimensions.Aggregate(1, (product, size) => product * size);
        using OrtValue input =
            OrtValue.CreateTensorValueFromMemory(values, [rows, .. dimensions.Select(size => (long)size)]);
        string[] names = [.. session.OutputNames];
        return new(session.Run(run, [Assert.Single(session.InputNames)], [input], names), names);
    }

    /// <summary>Scores points.</summary>
    public static OnnxScores Of(byte[] model, Points points) =>
        Of(model, [.. points.Features.SelectMany(row => row)], Points.Width);

    public bool Has(string column) => _names.Contains($"{column}.output");

    /// <summary>The values of a column, all rows behind each other.</summary>
    public T[] Values<T>(string column)
        where T : unmanaged =>
        Value(column).GetTensorDataAsSpan<T>().ToArray();

    public string[] Texts(string column) => Value(column).GetStringTensorAsArray();

    public void Dispose() => _values.Dispose();

    private OrtValue Value(string column) => _values[Array.IndexOf(_names, $"{column}.output")];
}
