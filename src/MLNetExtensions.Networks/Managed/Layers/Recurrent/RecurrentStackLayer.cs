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

    /// <summary>Sequences of an example; in memory several look like more blocks of one.</summary>
    private readonly int _sequences;

    /// <summary>What lies between two levels, and the gradient by it.</summary>
    private readonly Tensor<T>[] _between, _betweenGradients;

    public RecurrentStackLayer(LayerContext<T> context, RecurrentLayer layer)
        : base(context)
    {
        TensorShape input = new(context.Inputs[0].Dimensions[^2..]);
        (_layer, _sequences) = (layer, checked((int)(context.Inputs[0].Size / input.Size)));
        context = context with { Inputs = [input], MaxBlocks = context.MaxBlocks * _sequences };
        _levels = [.. Enumerable.Range(0, layer.Layers).Select(level => new RecurrentLevel<T, TV, S, TCell>(context, layer, level))];
        long size = (long)input[0] * layer.Directions * layer.HiddenSize * S.Lanes;
        _between = [.. Enumerable.Range(1, layer.Layers - 1).Select(_ => new Tensor<T>(size, context.MaxBlocks))];
        _betweenGradients = context.Scores ? [] : [.. _between.Select(_ => new Tensor<T>(size, context.MaxBlocks))];
    }

    public override bool IsTrained => _levels.Any(level => level.IsTrained);

    public override BackwardReads BackwardReads => BackwardReads.Input;

    public override IEnumerable<Tensor<T>> Scratch =>
        _levels.SelectMany(level => level.Scratch).Concat(_between).Concat(_betweenGradients);

    public override void Forward(Pass<T> pass)
    {
        int blocks = pass.Blocks * _sequences;
        T* input = Inputs[0].Data;
        for (int i = 0; i < _between.Length; i++)
        {
            T* output = _between[i].Data;
            _levels[i].Forward(pass, blocks, input, Mask, output, null);
            if (pass.Training)
                Drop(pass, i, output);
            input = output;
        }
        bool givesLast = _layer.Output == RecurrentOutput.Last;
        _levels[^1].Forward(pass, blocks, input, Mask, givesLast ? null : Output.Data, givesLast ? Output.Data : null);
    }

    public override void Backward(Pass<T> pass)
    {
        int blocks = pass.Blocks * _sequences;
        bool givesLast = _layer.Output == RecurrentOutput.Last;
        T* all = givesLast ? null : OutputGradient!.Data, last = givesLast ? OutputGradient!.Data : null;
        for (int i = _between.Length; i > 0; i--)
        {
            T* below = _betweenGradients[i - 1].Data;
            _levels[i].Backward(pass, blocks, _between[i - 1].Data, Mask, all, last, below);
            Drop(pass, i - 1, below);
            all = below;
            last = null;
        }
        _levels[0].Backward(
            pass, blocks, Inputs[0].Data, Mask, all, last, InputGradients[0] is { } gradient ? gradient.Data : null);
    }

    public override void Dispose()
    {
        foreach (RecurrentLevel<T, TV, S, TCell> level in _levels)
            level.Dispose();
    }

    private T* Mask => Inputs.Length > 1 ? Inputs[1].Data : null;

    private void Drop(Pass<T> pass, int level, T* values)
    {
        if (_layer.Dropout == 0)
            return;
        CounterRandom random = new(Context.TrainingSeed!.Value, DropoutStreams + Context.Index * _layer.Layers + level, pass.Draw);
        ValueDropout<T, TV, S>.Run(
            Context.Loop, random, _layer.Dropout, values, values, _between[level].BlockLength * pass.Blocks * _sequences);
    }
}
