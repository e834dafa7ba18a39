using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Scores one example in the channel-lane layout.</summary>
internal sealed unsafe class SingleScorer<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly (int Channels, int Plane)[] _inputShapes, _outputShapes;
    private readonly LayerGraph<T> _graph;
    private readonly Pass<T> _pass;
    private readonly LayoutConversion<T> _layout;
    private readonly int _inputSize;

    /// <summary>What the example gives, in the session's type, after its channels lay side by side.</summary>
    private readonly NativeBuffer<T> _output;

    /// <summary>The example in the session's type; null where that is the caller's.</summary>
    private NativeBuffer<T>? _input;

    private SingleScorer(
        NetworkDefinition network, LayerGraph<T> graph, ParameterStore<T> store, ManagedRuntime<T> runtime)
    {
        _inputShapes = [.. network.Inputs.Select(input => (input.Shape.Channels, input.Shape.SpatialSize))];
        _outputShapes = [.. graph.OutputShapes.Select(shape => (shape.Channels, shape.SpatialSize))];
        (_graph, _layout) = (graph, runtime.Kernels.Layout(runtime.Pool));
        _pass = new(runtime.Kernels.Lanes) { Parameters = store.Values };
        _pass.SetCount(1);
        (_inputSize, _output) = (network.InputLayout.Size, new(network.OutputLayout.Size));
    }

    /// <summary>A scorer; null when the network has a layer that only runs on batches.</summary>
    public static SingleScorer<T>? Create(NetworkDefinition network, ParameterStore<T> store, ManagedRuntime<T> runtime) =>
        GraphBuilder<T>.ScoreOne(network, runtime, store) is { } graph ? new(network, graph, store, runtime) : null;

    public bool TakesSparseRows => _graph.TakesSparseRows;

    /// <summary>Scores one sparse row.</summary>
    public void Run(SparseRows row, Span<float> outputs)
    {
        _pass.SetRows(row);
        Run(outputs);
    }

    public void Run(ReadOnlySpan<float> features, Span<float> outputs)
    {
        if (typeof(T) == typeof(float))
        {
            fixed (float* source = features)
                Run((T*)source, outputs);
            return;
        }
        _input ??= new(_inputSize);
        ParameterStore<T>.Convert<float, T>(features, _input.Span);
        Run(_input.Pointer, outputs);
    }

    public void Dispose()
    {
        _graph.Dispose();
        _pass.Dispose();
        _input?.Dispose();
        _output.Dispose();
    }

    private void Run(T* source, Span<float> outputs)
    {
        _pass.SetCount(1);
        for (int i = 0; i < _inputShapes.Length; i++)
        {
            (int channels, int plane) = _inputShapes[i];
            // What is read as it came is read where it is, and by one layer only, which leaves it as it is.
            if (_graph.PlanarInputs[i])
                _graph.Inputs[i].Data = source;
            else
                _layout.ToChannelLane(source, channels, plane, _graph.Inputs[i].Data);
            source += (nint)channels * plane;
        }
        Run(outputs);
    }

    private void Run(Span<float> outputs)
    {
        T* target = _output.Pointer;
        _graph.Forward(_pass);
        for (int i = 0; i < _outputShapes.Length; i++)
        {
            (int channels, int plane) = _outputShapes[i];
            _layout.FromChannelLane(_graph.Outputs[i].Data, channels, plane, target);
            target += (nint)channels * plane;
        }
        ParameterStore<T>.Convert<T, float>(_output.Span, outputs);
    }
}
