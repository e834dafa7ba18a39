namespace MLNetExtensions.Networks;

/// <summary>The values of one parameter, row-major in PyTorch's layout.</summary>
public sealed class WeightTensor
{
    /// <summary>Takes over <paramref name="values"/>, without a copy.</summary>
    /// <exception cref="ArgumentException">The number of values is not the size of the shape.</exception>
    public WeightTensor(TensorShape shape, float[] values)
    {
        if (values.Length != shape.Size)
            throw new ArgumentException($"{values.Length} values don't fill a tensor of shape {shape}.", nameof(values));
        Shape = shape;
        Values = values;
    }

    /// <summary>The shape: OIHW for convolutions, [out×in] for linear layers.</summary>
    public TensorShape Shape { get; }

    /// <summary>The values; writing changes the weights.</summary>
    public float[] Values { get; }
}
