using System.Numerics;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// What a loss or metric looks at: the outputs of a batch beside the targets, example by example. Where a network has several
/// outputs, <see cref="Of"/> gives those of one name.
/// </summary>
/// <typeparam name="T">What the outputs are of: Single, or Double in tests of an engine.</typeparam>
public readonly ref struct OutputBatch<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _outputs;
    private readonly Span<T> _gradient;
    private readonly ReadOnlySpan<float> _targets, _weights;
    private readonly int _pitch, _start, _targetPitch, _targetStart, _targetSize;

    /// <summary>A batch.</summary>
    /// <param name="layout">What a row of outputs holds.</param>
    /// <param name="outputs">The outputs, [count×outputs].</param>
    /// <param name="targets">The targets, [count×targets].</param>
    /// <param name="weights">The weight of each example; empty for 1 each.</param>
    /// <param name="gradient">Receives the gradient of the loss, [count×outputs]; empty when it isn't needed.</param>
    /// <exception cref="ArgumentException">The lengths don't agree.</exception>
    public OutputBatch(
        RowLayout layout, ReadOnlySpan<T> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights = default,
        Span<T> gradient = default)
    {
        (Layout, _pitch, Count) = (layout, layout.Size, outputs.Length / layout.Size);
        if (Count * layout.Size != outputs.Length || (!gradient.IsEmpty && gradient.Length != outputs.Length))
            throw new ArgumentException(
                $"{outputs.Length} outputs and {gradient.Length} gradients are no rows of {layout.Size}.");
        if (!weights.IsEmpty && weights.Length != Count)
            throw new ArgumentException($"There are {weights.Length} weights for {Count} examples.", nameof(weights));
        _targetPitch = _targetSize = Count == 0 ? 0 : targets.Length / Count;
        if (Count * _targetSize != targets.Length)
            throw new ArgumentException($"{targets.Length} targets are no rows of {Count} examples.", nameof(targets));
        _outputs = outputs;
        _targets = targets;
        _weights = weights;
        _gradient = gradient;
    }

    private OutputBatch(scoped in OutputBatch<T> all, RowLayout layout, int start, int targetStart, int targetSize)
    {
        this = all;
        (Layout, _start, _targetStart, _targetSize) = (layout, start, targetStart, targetSize);
    }

    /// <summary>What a row of outputs holds.</summary>
    public RowLayout Layout { get; }

    /// <summary>The number of examples.</summary>
    public int Count { get; }

    /// <summary>Whether the loss is to write its gradient.</summary>
    public bool NeedsGradient => !_gradient.IsEmpty;

    /// <summary>Whether the target of an example is the index of a class, and there is an output a class.</summary>
    internal bool HasClassIndices => _targetSize == 1 && Layout.Size > 1;

    /// <summary>Whether the examples have weights; without them each counts 1.</summary>
    internal bool HasWeights => !_weights.IsEmpty;

    /// <summary>The outputs of an example.</summary>
    public ReadOnlySpan<T> Outputs(int example) => Outputs(example, 1);

    /// <summary>The targets of an example.</summary>
    public ReadOnlySpan<float> Targets(int example) => Targets(example, 1);

    /// <summary>The weight of an example.</summary>
    public double Weight(int example) => _weights.IsEmpty ? 1 : _weights[example];

    /// <summary>Where the gradient by the outputs of an example goes; empty when it isn't needed.</summary>
    public Span<T> Gradient(int example) => Gradient(example, 1);

    /// <summary>The same examples with the output of one name, and all targets.</summary>
    /// <exception cref="ArgumentException">There is no such output.</exception>
    public OutputBatch<T> Of(string output) =>
        new(this, Layout.Of(output), _start + Layout[output].Start.Value, _targetStart, _targetSize);

    /// <summary>The same examples with some of their targets.</summary>
    internal OutputBatch<T> WithTargets(int start, int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(start + size), (uint)_targetSize, nameof(size));
        return new(this, Layout, _start, _targetStart + start, size);
    }

    /// <summary>How many examples from one on lie behind each other, outputs and targets: all, unless they are part of a longer
    /// row.</summary>
    internal int RowsFrom(int example) =>
        Layout.Size == _pitch && _targetSize == _targetPitch ? Count - example : 1;

    /// <summary>The outputs of examples that lie behind each other.</summary>
    internal ReadOnlySpan<T> Outputs(int example, int rows) => _outputs.Slice(example * _pitch + _start, rows * Layout.Size);

    /// <inheritdoc cref="Outputs(int, int)"/>
    internal ReadOnlySpan<float> Targets(int example, int rows) =>
        _targets.Slice(example * _targetPitch + _targetStart, rows * _targetSize);

    /// <inheritdoc cref="Outputs(int, int)"/>
    internal Span<T> Gradient(int example, int rows) =>
        _gradient.IsEmpty ? default : _gradient.Slice(example * _pitch + _start, rows * Layout.Size);
}
