namespace MLNetExtensions.Networks;

/// <summary>How the values of a parameter are drawn before training.</summary>
public abstract record Initializer
{
    /// <summary>Fills <paramref name="values"/> with random numbers of <paramref name="random"/>.</summary>
    public abstract void Fill(Span<float> values, Random random);

    /// <summary>
    /// PyTorch's default for convolutions and linear layers, weight and bias alike: uniform in ±1/√fanIn
    /// (<c>kaiming_uniform_</c> with a = √5).
    /// </summary>
    public static Initializer FanInUniform(long fanIn) => new UniformInitializer(1.0 / Math.Sqrt(fanIn));

    /// <summary>He et al., "Delving Deep into Rectifiers" (2015), normal with variance 2/fanOut: torchvision's choice for ResNet and VGG.</summary>
    public static Initializer KaimingNormal(long fanOut) => new NormalInitializer(Math.Sqrt(2.0 / fanOut));
}

/// <summary>Every value is <paramref name="Value"/>.</summary>
public sealed record ConstantInitializer(float Value) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, Random random) => values.Fill(Value);
}

/// <summary>Uniform in ±<paramref name="Bound"/>.</summary>
public sealed record UniformInitializer(double Bound) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, Random random)
    {
        foreach (ref float value in values)
            value = (float)((random.NextDouble() * 2 - 1) * Bound);
    }
}

/// <summary>Normal with mean 0 and the given standard deviation (Box-Muller).</summary>
public sealed record NormalInitializer(double StandardDeviation) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, Random random)
    {
        foreach (ref float value in values)
        {
            // 1 - u is never 0, so the logarithm is finite.
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            value = (float)(StandardDeviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }
}
