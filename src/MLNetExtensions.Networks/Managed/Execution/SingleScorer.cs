using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Scores one example in the channel-lane layout.</summary>
internal sealed unsafe class SingleScorer<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly TensorShape _inputShape;
    private readonly LayerGraph<T> _graph;
    private readonly Pass<T> _pass;
    private readonly LayoutConversion<T> _layout;

    /// <summary>The example in the session's type, before or after its channels lie side by side.</summary>
    private readonly NativeBuffer<T> _input, _output;

    private SingleScorer(NetworkDefinition network, LayerGraph<T> graph, ManagedRuntime<T> runtime)
    {
        (_inputShape, _graph, _layout) = (network.InputShape, graph, runtime.Kernels.Layout(runtime.Pool));
        _pass = new(runtime.Kernels.Lanes);
        _pass.SetCount(1);
        (_input, _output) = (new(network.InputShape.Size), new(network.OutputShape.Size));
    }

    /// <summary>A scorer; null when the network has a layer that only runs on batches.</summary>
    public static SingleScorer<T>? Create(NetworkModel model, ManagedRuntime<T> runtime)
    {
        // The layers pack their own copies of the weights.
        using ParameterStore<T> store = new(model.Definition, new HashSet<string>());
        store.Load(model.Weights);
        return GraphBuilder<T>.ScoreOne(model.Definition, runtime, store) is { } graph
            ? new(model.Definition, graph, runtime)
            : null;
    }

    public void Run(ReadOnlySpan<float> features, Span<float> outputs)
    {
        Span<T> example = _graph.PlanarInput ? new(_graph.Input.Data, features.Length) : _input.Span;
        ParameterStore<T>.Convert<float, T>(features, example);
        if (!_graph.PlanarInput)
            _layout.ToChannelLane(_input.Pointer, _inputShape.Channels, _inputShape.SpatialSize, _graph.Input.Data);
        _graph.Forward(_pass);
        _layout.FromChannelLane(_graph.Output.Data, _graph.OutputShape.Channels, _graph.OutputShape.SpatialSize, _output.Pointer);
        ParameterStore<T>.Convert<T, float>(_output.Span, outputs);
    }

    public void Dispose()
    {
        _graph.Dispose();
        _pass.Dispose();
        _input.Dispose();
        _output.Dispose();
    }
}
