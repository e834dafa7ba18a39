using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Scores examples in the batch-lane layout, a few blocks of them at a time.</summary>
internal sealed class BatchScorer<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _partSize, _inputSize, _outputSize;
    private readonly LayerGraph<T> _graph;
    private readonly Pass<T> _pass;
    private readonly RowConversion<T> _inputRows, _outputRows;

    /// <param name="network">The network.</param>
    /// <param name="store">Its weights, which stay the caller's.</param>
    /// <param name="blocks">How many blocks go through it at a time.</param>
    /// <param name="runtime">Kernels and threads.</param>
    public unsafe BatchScorer(NetworkDefinition network, ParameterStore<T> store, int blocks, ManagedRuntime<T> runtime)
    {
        (_inputSize, _outputSize) = (network.InputLayout.Size, network.OutputLayout.Size);
        _partSize = blocks * runtime.Kernels.Lanes;
        _graph = GraphBuilder<T>.Score(network, runtime, store, blocks);
        _pass = new(runtime.Kernels.Lanes) { Parameters = store.Values };
        _inputRows = new(runtime, network.InputLayout, _partSize);
        _outputRows = new(runtime, network.OutputLayout, _partSize);
    }

    public bool TakesSparseRows => _graph.TakesSparseRows;

    public unsafe void Run(ReadOnlySpan<float> features, int count, Span<float> outputs)
    {
        for (int start = 0; start < count; start += _partSize)
        {
            int part = Math.Min(_partSize, count - start);
            _pass.SetCount(part);
            _inputRows.WriteSingle(features.Slice(start * _inputSize, part * _inputSize), part, _graph.Inputs);
            _graph.Forward(_pass);
            _outputRows.ReadSingle(_graph.Outputs, part, outputs.Slice(start * _outputSize, part * _outputSize));
        }
    }

    public unsafe void Run(SparseRows rows, Span<float> outputs)
    {
        for (int start = 0; start < rows.Count; start += _partSize)
        {
            int part = Math.Min(_partSize, rows.Count - start);
            _pass.SetRows(rows.Slice(start, part));
            _graph.Forward(_pass);
            _outputRows.ReadSingle(_graph.Outputs, part, outputs.Slice(start * _outputSize, part * _outputSize));
        }
    }

    public void Dispose()
    {
        _graph.Dispose();
        _pass.Dispose();
        _inputRows.Dispose();
        _outputRows.Dispose();
    }
}
