namespace MLNetExtensions.Networks;

/// <summary>All dimensions in one row, channels first: [C×H×W] becomes [C·H·W].</summary>
public sealed record Flatten : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => new(checked((int)inputs[0].Size));

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 0;
}

/// <summary>The same values in row-major order under another shape of the same size.</summary>
public sealed record Reshape(TensorShape Shape) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => inputs[0].Size == Shape.Size
        ? Shape
        : throw new ArgumentException($"can't see {inputs[0]} ({inputs[0].Size} values) as {Shape} ({Shape.Size}).");

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 0;
}
