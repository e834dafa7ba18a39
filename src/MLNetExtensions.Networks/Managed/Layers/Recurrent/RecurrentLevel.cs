using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>One of the layers on top of each other of a recurrent network, in one or both directions.</summary>
internal sealed unsafe class RecurrentLevel<T, TV, S, TCell> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
    where TCell : struct, IRecurrentCell<T>
{
    private readonly RecurrentDirection<T, TV, S, TCell>[] _directions;
    private readonly RecurrentSteps<T, TV, S, TCell> _steps;
    private readonly Elementwise<T> _elementwise;
    private readonly long _stepSize;

    /// <summary>The gradient of the input by one of two directions.</summary>
    private readonly NativeBuffer<T>? _otherGradient;

    public RecurrentLevel(LayerContext<T> context, RecurrentLayer layer, int level)
    {
        _elementwise = context.Elementwise;
        _stepSize = (long)layer.InputSize(context.Inputs[0], level) * S.Lanes;
        _directions =
        [
            .. Enumerable.Range(0, layer.Directions)
                .Select(i => new RecurrentDirection<T, TV, S, TCell>(context, layer, level, i)),
        ];
        _steps = new(layer.HiddenSize, context.Pool);
        if (layer.Bidirectional && !context.Scores)
            _otherGradient = new(context.Inputs[0][0] * _stepSize * context.MaxBlocks);
    }

    /// <inheritdoc cref="RecurrentDirection{T,TV,S,TCell}.Scratch"/>
    public IEnumerable<Tensor<T>> Scratch => _directions.SelectMany(direction => direction.Scratch);

    /// <summary>Whether anything of it is trained.</summary>
    public bool IsTrained => _directions.Any(direction => direction.IsTrained);

    /// <summary>All steps forward.</summary>
    /// <param name="pass">The weights.</param>
    /// <param name="blocks">Blocks of sequences.</param>
    /// <param name="length">Their steps.</param>
    /// <param name="input">The input, [length×inputs].</param>
    /// <param name="mask">Which steps there are; null for all.</param>
    /// <param name="output">Receives the states of all steps; null for none.</param>
    /// <param name="last">Receives the last ones; null for none.</param>
    public void Forward(Pass<T> pass, int blocks, int length, T* input, T* mask, T* output, T* last)
    {
        RecurrentMemory<T>* memory = stackalloc RecurrentMemory<T>[_directions.Length];
        for (int i = 0; i < _directions.Length; i++)
            memory[i] = _directions[i].BeginForward(pass, blocks, length, input, output, mask);
        _steps.Forward(memory, _directions.Length, blocks, length);
        if (last == null)
            return;
        foreach (RecurrentDirection<T, TV, S, TCell> direction in _directions)
            direction.WriteLast(last, blocks);
    }

    /// <summary>All steps back: the gradients of the weights and, unless null, of the input.</summary>
    /// <param name="pass">The weights.</param>
    /// <param name="blocks">Blocks of sequences.</param>
    /// <param name="length">Their steps.</param>
    /// <param name="input">The input of the forward pass.</param>
    /// <param name="mask">Its mask.</param>
    /// <param name="outputGradient">The gradient by all states; null for none.</param>
    /// <param name="lastGradient">The gradient by the last ones; null for none.</param>
    /// <param name="inputGradient">Receives the gradient by the input.</param>
    public void Backward(
        Pass<T> pass, int blocks, int length, T* input, T* mask, T* outputGradient, T* lastGradient, T* inputGradient)
    {
        RecurrentMemory<T>* memory = stackalloc RecurrentMemory<T>[_directions.Length];
        for (int i = 0; i < _directions.Length; i++)
            memory[i] = _directions[i].BeginBackward(pass, blocks, outputGradient, lastGradient, mask);
        _steps.Backward(memory, _directions.Length, blocks, length);
        _directions[0].EndBackward(pass, blocks * length, input, inputGradient);
        if (_directions.Length == 1)
            return;
        T* other = inputGradient == null ? null : _otherGradient!.Pointer;
        _directions[1].EndBackward(pass, blocks * length, input, other);
        if (inputGradient != null)
            _elementwise.Add(inputGradient, other, inputGradient, _stepSize * length * blocks);
    }

    public void Dispose()
    {
        foreach (RecurrentDirection<T, TV, S, TCell> direction in _directions)
            direction.Dispose();
        _steps.Dispose();
        _otherGradient?.Dispose();
    }
}
