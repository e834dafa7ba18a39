namespace MLNetExtensions.Networks;

/// <summary>A function of each element (<see cref="Softmax"/>: of each row) that keeps the shape.</summary>
public abstract record Activation : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => inputs[0];
}

/// <summary>max(0, x).</summary>
public sealed record ReLU : Activation;

/// <summary>x above 0, <paramref name="NegativeSlope"/>·x below.</summary>
public sealed record LeakyReLU(double NegativeSlope = 0.01) : Activation;

/// <summary>min(max(0, x), 6) (Howard et al., MobileNets, 2017).</summary>
public sealed record ReLU6 : Activation;

/// <summary>x above 0, <paramref name="Alpha"/>·(eˣ − 1) below (Clevert et al., 2015).</summary>
public sealed record ELU(double Alpha = 1) : Activation;

/// <summary>log(1 + e^(β·x))/β, a smooth max(0, x); x itself where β·x is above <paramref name="Threshold"/>.</summary>
/// <param name="Beta">How close to max(0, x), above 0.</param>
/// <param name="Threshold">Where the difference is no longer computed.</param>
public sealed record Softplus(double Beta = 1, double Threshold = 20) : Activation
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => Beta > 0
        ? inputs[0]
        : throw new ArgumentException($"needs a beta above 0, not {Beta}.");
}

/// <summary>min(max(0, x + 3), 6)/6, of straight lines what <see cref="Sigmoid"/> is of curves.</summary>
public sealed record Hardsigmoid : Activation;

/// <summary>x·hardsigmoid(x) (Howard et al., Searching for MobileNetV3, 2019).</summary>
public sealed record Hardswish : Activation;

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

/// <summary>log(eˣ / Σ eˣ) over the channels (the first dimension) of each position, stable for any finite input.</summary>
public sealed record LogSoftmax : Activation;
