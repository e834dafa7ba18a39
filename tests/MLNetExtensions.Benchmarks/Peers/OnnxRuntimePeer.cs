using Microsoft.ML.OnnxRuntime;
using MLNetExtensions.Benchmarks.SideBySide;
using MLNetExtensions.Networks;

namespace MLNetExtensions.Benchmarks.Peers;

/// <summary>Scores batches with ONNX Runtime: all graph optimisations, for the one batch size, between buffers that are bound
/// once.</summary>
internal sealed class OnnxRuntimePeer : WorkloadContender
{
    public const string Library = "onnxruntime";

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly OrtValue[] _inputs;
    private readonly OrtValue _output;
    private readonly OrtIoBinding[] _bindings;
    private readonly TensorShape _outputShape;
    private readonly float[] _outputs;

    public OnnxRuntimePeer(WorkloadFolder folder, int threads)
        : this(folder, SafeTensors.Load(folder.Inputs).Weights[WorkloadFolder.Features], threads)
    {
    }

    private OnnxRuntimePeer(WorkloadFolder folder, WeightTensor features, int threads)
        : base(features.Shape[0])
    {
        TensorShape inputShape = new(features.Shape.Dimensions[1..]);
        using SessionOptions options = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
        };
        options.AddFreeDimensionOverrideByName("batch", inputShape[0]);
        _session = new(folder.Model, options);
        (string input, string output) = (_session.InputNames[0], _session.OutputNames[0]);
        _outputShape = new([.. _session.OutputMetadata[output].Dimensions]);
        _outputs = new float[_outputShape.Size];
        _output = Value(_outputs, _outputShape);
        int length = (int)inputShape.Size;
        _inputs = [.. Enumerable.Range(0, Batches).Select(batch =>
            Value(features.Values.AsMemory(batch * length, length), inputShape))];
        _bindings = [.. _inputs.Select(value =>
        {
            OrtIoBinding binding = _session.CreateIoBinding();
            binding.BindInput(input, value);
            binding.BindOutput(output, _output);
            return binding;
        })];
    }

    public override string Name => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}";

    public override void Dispose()
    {
        foreach (IDisposable item in (IDisposable[])[.. _bindings, .. _inputs, _output, _run])
            item.Dispose();
        _session.Dispose();
    }

    protected override NetworkWeights Result()
    {
        Step(0);
        return new([new(WorkloadFolder.Outputs, new(_outputShape, [.. _outputs]))]);
    }

    protected override void Step(int batch) => _session.RunWithBinding(_run, _bindings[batch]);

    private static OrtValue Value(Memory<float> values, TensorShape shape) => OrtValue.CreateTensorValueFromMemory(
        OrtMemoryInfo.DefaultInstance, values, Array.ConvertAll(shape.Dimensions.ToArray(), dimension => (long)dimension));
}
