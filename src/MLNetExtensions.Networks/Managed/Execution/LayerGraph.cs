using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A network ready to run: its layers in order, bound to planned memory.</summary>
internal sealed unsafe class LayerGraph<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ManagedLayer<T>[] _layers;
    private readonly BackwardPlan<T> _plan;

    /// <summary>The layers with something to train at or below them, the last one first; and with those besides through which the
    /// gradients of inputs go.</summary>
    private readonly ManagedLayer<T>[] _backward, _backwardToInputs;

    /// <summary>The gradients that are written for the sake of a network's input only.</summary>
    private readonly Tensor<T>?[] _forInputs;
    private readonly NativeBuffer<T> _memory;
    private readonly Tensor<T>[] _inputs;

    /// <summary>The memory of an input that may come as sparse rows, from the first dense ones on.</summary>
    private NativeBuffer<T>? _inputMemory;
    private bool _reachesInputs = true;

    /// <param name="layers">All layers in order.</param>
    /// <param name="inputs">The network's inputs.</param>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="plan">The way back.</param>
    /// <param name="memory">The memory of all tensors, which the graph owns.</param>
    /// <param name="takesSparseRows">Whether the input may come as sparse rows; it is then not in the memory of all.</param>
    public LayerGraph(
        IReadOnlyList<ManagedLayer<T>> layers, GraphEnd<T>[] inputs, GraphEnd<T>[] outputs, BackwardPlan<T> plan,
        NativeBuffer<T> memory, bool takesSparseRows)
    {
        (_layers, _plan, _memory, TakesSparseRows) = ([.. layers], plan, memory, takesSparseRows);
        _backwardToInputs = [.. layers.Where(layer => layer.OutputGradient is not null).Reverse()];
        _backward = [.. _backwardToInputs.Where(layer => !plan.Untrained.Contains(layer))];
        _forInputs = [.. plan.ForInputs.Select(edge => edge.Layer.InputGradients[edge.Input])];
        (_inputs, InputGradients) = (Values(inputs), Gradients(inputs));
        (Outputs, OutputGradients) = (Values(outputs), Gradients(outputs));
        OutputShapes = Array.ConvertAll(outputs, end => end.Shape);
        PlanarInputs = Array.ConvertAll(inputs, end => end.IsPlanar);

        static Tensor<T>[] Values(GraphEnd<T>[] ends) => Array.ConvertAll(ends, end => end.Value);

        static Tensor<T>?[] Gradients(GraphEnd<T>[] ends) => Array.ConvertAll(ends, end => end.Gradient);
    }

    /// <summary>The network's inputs, in its order, to write dense rows to.</summary>
    public Tensor<T>[] Inputs
    {
        get
        {
            if (TakesSparseRows && _inputMemory is null)
            {
                _inputMemory = new(_inputs[0].Length);
                _inputs[0].Data = _inputMemory.Pointer;
            }
            return _inputs;
        }
    }

    /// <summary>The trained tables, in the order in which they lie.</summary>
    public GradientRows[] Tables =>
        [.. _layers.Select(layer => layer.TableRows).OfType<GradientRows>().OrderBy(table => table.Start)];

    /// <summary>Whether the rows of a pass may be sparse ones.</summary>
    public bool TakesSparseRows { get; }

    /// <summary>Whether an example goes to the input as it is, channel after channel.</summary>
    public bool[] PlanarInputs { get; }

    /// <summary>The gradients of the inputs after a backward pass to them; null where none was planned or no output has a
    /// derivative by the input.</summary>
    public Tensor<T>?[] InputGradients { get; }

    /// <summary>The network's outputs, in its order.</summary>
    public Tensor<T>[] Outputs { get; }

    /// <summary>How the outputs lie in memory.</summary>
    public TensorShape[] OutputShapes { get; }

    /// <summary>Where the gradients of the outputs are to be written; null where nobody needs one.</summary>
    public Tensor<T>?[] OutputGradients { get; }

    /// <summary>Whether there is anything to train.</summary>
    public bool IsTrained => _backward.Length > 0;

    /// <summary>The bytes of activations, gradients and scratch memory.</summary>
    public long Bytes => (_memory.Length + (_inputMemory?.Length ?? 0)) * sizeof(T);

    public void Forward(Pass<T> pass)
    {
        foreach (ManagedLayer<T> layer in _layers)
            layer.Forward(pass);
    }

    /// <summary>From the gradients of the outputs to those of the trained parameters.</summary>
    /// <param name="pass">What <see cref="Forward"/> ran last.</param>
    /// <param name="toInputs">Whether to go on to the inputs.</param>
    public void Backward(Pass<T> pass, bool toInputs)
    {
        if (_reachesInputs != toInputs)
        {
            _reachesInputs = toInputs;
            for (int i = 0; i < _forInputs.Length; i++)
                _plan.ForInputs[i].Layer.InputGradients[_plan.ForInputs[i].Input] = toInputs ? _forInputs[i] : null;
        }
        for (int i = 0; i < _plan.OutputSums.Count; i++)
        {
            (Tensor<T> gradient, Tensor<T> sum) = _plan.OutputSums[i];
            _plan.Elementwise.Add(sum.Data, gradient.Data, sum.Data, sum.BlockLength * pass.Blocks);
        }
        foreach (ManagedLayer<T> layer in toInputs ? _backwardToInputs : _backward)
            layer.BackwardAndAccumulate(pass);
    }

    public void Commit(Pass<T> pass)
    {
        foreach (ManagedLayer<T> layer in _layers)
            layer.Commit(pass);
    }

    public void Dispose()
    {
        foreach (ManagedLayer<T> layer in _layers)
            layer.Dispose();
        _memory.Dispose();
        _inputMemory?.Dispose();
    }
}
