using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Where a layer of attention finds queries, keys, values and the mask.</summary>
internal sealed unsafe class AttentionInputs<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ManagedLayer<T> _layer;

    /// <summary>The input with the mask; null for no mask.</summary>
    private readonly int? _maskInput;

    /// <param name="layer">The layer, whose inputs are queries, keys with values, and perhaps a mask, or the first three as
    /// one.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="keysInput">The input with the keys and values.</param>
    /// <param name="lanes">Values in a vector.</param>
    public AttentionInputs(ManagedLayer<T> layer, in AttentionShape shape, int keysInput, int lanes)
    {
        (_layer, KeysInput) = (layer, keysInput);
        _maskInput = layer.Inputs.Length > keysInput + 1 ? keysInput + 1 : null;
        KeysStart = keysInput == 0 ? (long)shape.Features * lanes : 0;
        ValuesStart = KeysStart + (long)shape.Features * lanes;
    }

    public int KeysInput { get; }

    /// <summary>Values that lie before the first key, and the first value, in the input that has them.</summary>
    public long KeysStart { get; }

    /// <inheritdoc cref="KeysStart"/>
    public long ValuesStart { get; }

    /// <summary>What a forward pass without dropout takes.</summary>
    public AttentionOperands<T> Operands => new()
    {
        Queries = _layer.Inputs[0].Data,
        Keys = _layer.Inputs[KeysInput].Data + KeysStart,
        Values = _layer.Inputs[KeysInput].Data + ValuesStart,
        Mask = _maskInput is { } mask ? _layer.Inputs[mask].Data : null,
        Means = _layer.Output.Data,
    };
}
