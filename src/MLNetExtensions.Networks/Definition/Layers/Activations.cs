namespace MLNetExtensions.Networks;

/// <summary>A function of each element (<see cref="Softmax"/>: of each row) that keeps the shape.</summary>
public abstract record Activation : Layer
{
    /// <inheritdoc/>
    public override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => inputs[0];
}

/// <summary>max(0, x).</summary>
public sealed record ReLU : Activation;

/// <summary>x above 0, <paramref name="NegativeSlope"/>·x below.</summary>
public sealed record LeakyReLU(double NegativeSlope = 0.01) : Activation;

/// <summary>x·Φ(x) with the exact normal distribution function (Hendrycks and Gimpel, 2016).</summary>
public sealed record GELU : Activation;

/// <summary>x·sigmoid(x) (Elfwing et al., 2017).</summary>
public sealed record SiLU : Activation;

/// <summary>The hyperbolic tangent.</summary>
public sealed record Tanh : Activation;

/// <summary>1 / (1 + e⁻ˣ).</summary>
public sealed record Sigmoid : Activation;

/// <summary>eˣ / Σ eˣ over the channels (the first dimension) of each position, stable for any finite input. The losses take
/// logits, so a network that is trained with cross-entropy has no Softmax at its end.</summary>
public sealed record Softmax : Activation;
