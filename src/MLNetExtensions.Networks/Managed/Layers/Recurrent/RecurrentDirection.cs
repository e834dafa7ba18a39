using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>One direction of one layer of a recurrent network: its weights, and what lies before and behind the steps. The input
/// of all steps is one product with the weights, and so is each gradient.</summary>
internal sealed unsafe class RecurrentDirection<T, TV, S, TCell> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
    where TCell : struct, IRecurrentCell<T>
{
    private readonly int _hidden, _direction, _directions;
    private readonly ParameterSlot _inputWeight, _stateWeight;
    private readonly ParameterSlot? _inputBias, _stateBias;
    private readonly BatchLinear<T> _inputProduct, _stateProduct;
    private readonly WeightPanels<T, TV, S> _panels;
    private readonly Tensor<T> _gates, _recurrent, _previous;
    private readonly Tensor<T>? _previousCell, _cellTanh;
    private readonly NativeBuffer<T> _bias, _last, _lastCell;
    private readonly NativeBuffer<T>? _stateGradient, _cellGradient, _unusedGradient;

    /// <param name="context">What the layer is made from.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="level">Which of the layers on top of each other.</param>
    /// <param name="direction">0 forwards, 1 backwards.</param>
    public RecurrentDirection(LayerContext<T> context, RecurrentLayer layer, int level, int direction)
    {
        (_hidden, _direction, _directions) = (layer.HiddenSize, direction, layer.Directions);
        string suffix = RecurrentLayer.Suffix(level, direction);
        (_inputWeight, _inputBias) = (context.Parameter($"weight_ih{suffix}")!, context.Parameter($"bias_ih{suffix}"));
        (_stateWeight, _stateBias) = (context.Parameter($"weight_hh{suffix}")!, context.Parameter($"bias_hh{suffix}"));
        int length = context.Inputs[0][0], rows = TCell.Gates * _hidden, steps = context.MaxBlocks * length;
        _inputProduct = context.Kernels.Linear(layer.InputSize(context.Inputs[0], level), rows, steps, context.Pool);
        _stateProduct = context.Kernels.Linear(_hidden, rows, steps, context.Pool);
        _panels = new(TCell.Gates, _hidden, context.Pool);

        _gates = NewTensor(TCell.Gates);
        _recurrent = TCell.AddsUp ? _gates : NewTensor(TCell.Gates);
        _previous = NewTensor(1);
        if (TCell.HasMemory)
            (_previousCell, _cellTanh) = (NewTensor(1), NewTensor(1));
        Scratch = [.. new[] { _gates, _recurrent, _previous, _previousCell, _cellTanh }.OfType<Tensor<T>>().Distinct()];

        long once = (long)context.MaxBlocks * _hidden * S.Lanes;
        (_bias, _last, _lastCell) = (new(rows), new(once), new(TCell.HasMemory ? once : 0));
        if (context.Scores)
            return;
        (_stateGradient, _cellGradient) = (new(once), new(TCell.HasMemory ? once : 0));
        if (Parameters.Any(slot => !slot.Trainable))
            _unusedGradient = new(Parameters.Max(slot => slot.Length));

        Tensor<T> NewTensor(int sizes) => new((long)length * sizes * _hidden * S.Lanes, context.MaxBlocks);
    }

    /// <summary>What must last from the forward to the backward pass.</summary>
    public IReadOnlyList<Tensor<T>> Scratch { get; }

    /// <summary>Whether anything of it is trained.</summary>
    public bool IsTrained => Parameters.Any(slot => slot.Trainable);

    private IEnumerable<ParameterSlot> Parameters =>
        new[] { _inputWeight, _stateWeight, _inputBias, _stateBias }.OfType<ParameterSlot>();

    /// <summary>What the steps need, with what the input gives to all of them.</summary>
    /// <param name="pass">The weights.</param>
    /// <param name="blocks">Blocks of sequences.</param>
    /// <param name="length">Their steps.</param>
    /// <param name="input">The input, [length×inputs].</param>
    /// <param name="output">The output of all directions, [length×directions·hidden]; null where nobody asks.</param>
    /// <param name="mask">Which steps there are; null for all.</param>
    public RecurrentMemory<T> BeginForward(Pass<T> pass, int blocks, int length, T* input, T* output, T* mask)
    {
        SetBias(pass);
        T* inputBias = TCell.AddsUp ? _bias.Pointer : At(pass.Parameters, _inputBias);
        _inputProduct.Forward(
            input, At(pass.Parameters, _inputWeight), inputBias, _gates.Data, blocks * length, Rectifier.None);
        _panels.Pack(At(pass.Parameters, _stateWeight));
        ClearFirst(_previous, blocks, length);
        if (_previousCell is not null)
            ClearFirst(_previousCell, blocks, length);
        return Memory(output, null, mask);
    }

    /// <summary>Writes the last state to where the output has it, [directions·hidden].</summary>
    public void WriteLast(T* output, int blocks) => CopyLast(_last.Pointer, output, blocks, toOutput: true);

    /// <summary>What the steps back need. The gradient is either by all steps of the output or by the last state.</summary>
    public RecurrentMemory<T> BeginBackward(Pass<T> pass, int blocks, T* outputGradient, T* lastGradient, T* mask)
    {
        _panels.PackTransposed(At(pass.Parameters, _stateWeight));
        _stateGradient!.Span.Clear();
        _cellGradient!.Span.Clear();
        if (lastGradient != null)
            CopyLast(_stateGradient.Pointer, lastGradient, blocks, toOutput: false);
        return Memory(null, outputGradient, mask);
    }

    /// <summary>The gradients of the weights and, unless null, of the input, once the steps have left those of the
    /// gates.</summary>
    /// <param name="pass">The weights.</param>
    /// <param name="steps">The steps of all blocks.</param>
    /// <param name="input">The input of the forward pass.</param>
    /// <param name="inputGradient">Receives the gradient by it.</param>
    public void EndBackward(Pass<T> pass, int steps, T* input, T* inputGradient)
    {
        // Where a cell only adds the two biases up, they have one gradient.
        bool isShared = TCell.AddsUp && _inputBias is { Trainable: true } && _stateBias is { Trainable: true };
        BackwardWeights(pass, _inputProduct, input, _gates.Data, _inputWeight, _inputBias, steps);
        BackwardWeights(pass, _stateProduct, _previous.Data, _recurrent.Data, _stateWeight, isShared ? null : _stateBias, steps);
        if (isShared)
            ParameterStore<T>.At(pass.Gradients, _inputBias!).CopyTo(ParameterStore<T>.At(pass.Gradients, _stateBias!));
        if (inputGradient != null)
            _inputProduct.BackwardData(_gates.Data, At(pass.Parameters, _inputWeight), inputGradient, steps);
    }

    public void Dispose()
    {
        _inputProduct.Dispose();
        _stateProduct.Dispose();
        _panels.Dispose();
        foreach (NativeBuffer<T>? buffer in new[] { _bias, _last, _lastCell, _stateGradient, _cellGradient, _unusedGradient })
            buffer?.Dispose();
    }

    private static T* At(T* values, ParameterSlot? slot) => slot is null ? null : values + slot.Offset;

    /// <summary>Both biases where the cell only adds them up, else that of the state, or zeros.</summary>
    private void SetBias(Pass<T> pass)
    {
        if (_stateBias is null)
            return;
        Span<T> bias = _bias.Span;
        ParameterStore<T>.At(pass.Parameters, _stateBias).CopyTo(bias);
        if (!TCell.AddsUp)
            return;
        ReadOnlySpan<T> ofInput = ParameterStore<T>.At(pass.Parameters, _inputBias!);
        for (int i = 0; i < bias.Length; i++)
            bias[i] += ofInput[i];
    }

    private void ClearFirst(Tensor<T> tensor, int blocks, int length)
    {
        int first = _direction == 0 ? 0 : length - 1;
        for (nint block = 0; block < blocks; block++)
            new Span<T>(tensor.Data + (block * length + first) * _hidden * S.Lanes, _hidden * S.Lanes).Clear();
    }

    private void CopyLast(T* own, T* output, int blocks, bool toOutput)
    {
        int size = _hidden * S.Lanes;
        for (nint block = 0; block < blocks; block++)
        {
            Span<T> last = new(own + block * size, size), outside = new(output + (block * _directions + _direction) * size, size);
            if (toOutput)
                last.CopyTo(outside);
            else
                outside.CopyTo(last);
        }
    }

    private RecurrentMemory<T> Memory(T* output, T* outputGradient, T* mask)
    {
        nint offset = (nint)_direction * _hidden * S.Lanes;
        return new()
        {
            Backwards = _direction == 1,
            Panels = _panels.Pointer,
            Bias = _bias.Pointer,
            Gates = _gates.Data,
            Recurrent = _recurrent.Data,
            Previous = _previous.Data,
            PreviousCell = _previousCell is null ? null : _previousCell.Data,
            CellTanh = _cellTanh is null ? null : _cellTanh.Data,
            Last = _last.Pointer,
            LastCell = _lastCell.Pointer,
            Output = output == null ? null : output + offset,
            OutputGradient = outputGradient == null ? null : outputGradient + offset,
            OutputStep = (nint)_directions * _hidden * S.Lanes,
            Mask = mask,
            StateGradient = _stateGradient is null ? null : _stateGradient.Pointer,
            CellGradient = _cellGradient is null ? null : _cellGradient.Pointer,
        };
    }

    private void BackwardWeights(
        Pass<T> pass, BatchLinear<T> product, T* values, T* gradient, ParameterSlot weight, ParameterSlot? bias, int steps)
    {
        bool biasTrained = bias is { Trainable: true };
        if (weight.Trainable || biasTrained)
            product.BackwardWeights(
                values, gradient, weight.Trainable ? At(pass.Gradients, weight) : _unusedGradient!.Pointer,
                biasTrained ? At(pass.Gradients, bias) : null, steps);
    }
}
