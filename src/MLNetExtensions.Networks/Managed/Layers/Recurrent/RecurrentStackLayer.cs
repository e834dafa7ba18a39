using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="RecurrentLayer"/>
internal sealed unsafe class RecurrentStackLayer<T, TV, S, TCell> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
    where TCell : struct, IRecurrentCell<T>
{
    /// <summary>Apart from those of other layers, whose number is that of a node.</summary>
    private const int DropoutStreams = 1 << 24;

    private readonly RecurrentLayer _layer;
    private readonly RecurrentLevel<T, TV, S, TCell>[] _levels;

    /// <summary>Steps of a sequence, and sequences of an example; in memory several look like more blocks of one.</summary>
    private readonly int _length, _sequences;

    /// <summary>Null where there is no mask.</summary>
    private readonly SequencePacking<T>? _packing;

    /// <summary>What lies between two levels, and the gradient by it.</summary>
    private readonly Tensor<T>[] _between, _betweenGradients;

    public RecurrentStackLayer(LayerContext<T> context, RecurrentLayer layer)
        : base(context)
    {
        TensorShape input = new(context.Inputs[0].Dimensions[^2..]);
        (_layer, _length, _sequences) = (layer, input[0], checked((int)(context.Inputs[0].Size / input.Size)));
        if (context.Inputs.Length > 1)
            _packing = new(_length, input[1], S.Lanes, context.MaxBlocks);
        context = context with { Inputs = [input], MaxBlocks = context.MaxBlocks * _sequences };
        _levels =
        [
            .. Enumerable.Range(0, layer.Layers).Select(level => new RecurrentLevel<T, TV, S, TCell>(context, layer, level)),
        ];
        long size = _length * StepSize;
        _between = [.. Enumerable.Range(1, layer.Layers - 1).Select(_ => new Tensor<T>(size, context.MaxBlocks))];
        _betweenGradients = context.Scores ? [] : [.. _between.Select(_ => new Tensor<T>(size, context.MaxBlocks))];
    }

    public override bool IsTrained => _levels.Any(level => level.IsTrained);

    public override BackwardReads BackwardReads => BackwardReads.Input;

    public override IEnumerable<Tensor<T>> Scratch =>
        _levels.SelectMany(level => level.Scratch).Concat(_between).Concat(_betweenGradients)
            .Concat(_packing is null ? [] : [_packing.PackedInput]);

    public override void Forward(Pass<T> pass)
    {
        int blocks = pass.Blocks * _sequences;
        _packing?.Pack(pass, Inputs[0].Data, Inputs[1].Data);
        T* input = Input;
        for (int i = 0; i < _between.Length; i++)
        {
            T* output = _between[i].Data;
            _levels[i].Forward(pass, blocks, Steps, input, Mask, output, null);
            if (pass.Training)
                Drop(pass, i, output);
            input = output;
        }
        bool givesLast = _layer.Output == RecurrentOutput.Last;
        _levels[^1].Forward(pass, blocks, Steps, input, Mask, givesLast ? null : Output.Data, givesLast ? Output.Data : null);
        if (!givesLast)
            _packing?.Unpack(Output.Data, blocks, StepSize);
    }

    public override void Backward(Pass<T> pass)
    {
        int blocks = pass.Blocks * _sequences;
        bool givesLast = _layer.Output == RecurrentOutput.Last;
        T* all = givesLast ? null : OutputGradient!.Data, last = givesLast ? OutputGradient!.Data : null;
        if (!givesLast)
            _packing?.Pack(all, all, blocks, StepSize);
        for (int i = _between.Length; i > 0; i--)
        {
            T* below = _betweenGradients[i - 1].Data;
            _levels[i].Backward(pass, blocks, Steps, _between[i - 1].Data, Mask, all, last, below);
            Drop(pass, i - 1, below);
            all = below;
            last = null;
        }
        T* inputGradient = InputGradients[0] is { } gradient ? gradient.Data : null;
        _levels[0].Backward(pass, blocks, Steps, Input, Mask, all, last, inputGradient);
        if (inputGradient != null)
            _packing?.Unpack(inputGradient, blocks, (nint)Context.Inputs[0][^1] * S.Lanes);
    }

    public override void Dispose()
    {
        foreach (RecurrentLevel<T, TV, S, TCell> level in _levels)
            level.Dispose();
        _packing?.Dispose();
    }

    /// <summary>The steps that are computed.</summary>
    private int Steps => _packing?.Steps ?? _length;

    /// <summary>Elements of a step of a level's output.</summary>
    private nint StepSize => (nint)_layer.Directions * _layer.HiddenSize * S.Lanes;

    private T* Input => _packing is null ? Inputs[0].Data : _packing.Input;

    private T* Mask => _packing is null ? null : _packing.Mask;

    private void Drop(Pass<T> pass, int level, T* values)
    {
        if (_layer.Dropout == 0)
            return;
        CounterRandom random = new(
            Context.TrainingSeed!.Value, DropoutStreams + Context.Index * _layer.Layers + level, pass.Draw);
        ValueDropout<T, TV, S>.Run(
            Context.Loop, random, _layer.Dropout, values, values, (long)Steps * StepSize * pass.Blocks * _sequences);
    }
}
