namespace MLNetExtensions.Networks;

/// <summary>A layer of sequences, [channels×length], that works as one of images of a single row.</summary>
public abstract record SequenceLayer : Layer
{
    /// <summary>The same layer for [channels×1×length]; its parameters hold the same values in the same order.</summary>
    internal abstract Layer AsImageLayer { get; }

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape output = AsImageLayer.InferShape([AsImage(RequireSequence(inputs[0]))]);
        return new(output.Channels, output[2]);
    }

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs) =>
        AsImageLayer.Parameters([AsImage(inputs[0])]);

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) =>
        AsImageLayer.Flops([AsImage(inputs[0])], AsImage(output));

    /// <summary>A sequence as an image of a single row.</summary>
    internal static TensorShape AsImage(TensorShape sequence) => new(sequence.Channels, 1, sequence[1]);
}
