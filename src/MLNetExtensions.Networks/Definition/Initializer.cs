namespace MLNetExtensions.Networks;

/// <summary>How the values of a parameter are drawn before training.</summary>
internal abstract record Initializer
{
    /// <summary>Fills <paramref name="values"/> with random numbers of <paramref name="random"/>.</summary>
    public abstract void Fill(Span<float> values, Random random);

    /// <summary>The initialiser of a weight.</summary>
    /// <param name="scheme">The way.</param>
    /// <param name="fanIn">The inputs of one output.</param>
    /// <param name="fanOut">The outputs that one input reaches.</param>
    public static Initializer OfWeight(WeightInitialization scheme, long fanIn, long fanOut) => scheme switch
    {
        // kaiming_uniform_ with a = √5 is this bound.
        WeightInitialization.FanInUniform => new UniformInitializer(1.0 / Math.Sqrt(fanIn)),
        // He et al., "Delving Deep into Rectifiers" (2015).
        WeightInitialization.KaimingNormal => new NormalInitializer(Math.Sqrt(2.0 / fanOut)),
        WeightInitialization.SmallNormal => new NormalInitializer(0.01),
        WeightInitialization.XavierUniform => new UniformInitializer(Math.Sqrt(6.0 / (fanIn + fanOut))),
        WeightInitialization.TransformerNormal => new NormalInitializer(0.02),
        _ => throw new ArgumentException($"has an unknown weight initialisation {scheme}."),
    };

    /// <summary>The initialiser of the bias beside such a weight.</summary>
    public static Initializer OfBias(WeightInitialization scheme, long fanIn) => scheme == WeightInitialization.FanInUniform
        ? new UniformInitializer(1.0 / Math.Sqrt(fanIn))
        : new ConstantInitializer(0);
}

/// <summary>Every value is <paramref name="Value"/>.</summary>
internal sealed record ConstantInitializer(float Value) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, Random random) => values.Fill(Value);
}

/// <summary>Uniform in ±<paramref name="Bound"/>.</summary>
internal sealed record UniformInitializer(double Bound) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, Random random)
    {
        foreach (ref float value in values)
            value = (float)((random.NextDouble() * 2 - 1) * Bound);
    }
}

/// <summary>Normal with mean 0 and the given standard deviation (Box-Muller).</summary>
internal sealed record NormalInitializer(double StandardDeviation) : Initializer
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

/// <summary>Normal as <see cref="NormalInitializer"/>, but for a row of zeros: the vector of padding in an
/// <see cref="Embedding"/>.</summary>
/// <param name="StandardDeviation">Of the others.</param>
/// <param name="Start">The first value of the row.</param>
/// <param name="Length">The values of the row.</param>
internal sealed record PaddedNormalInitializer(double StandardDeviation, int Start, int Length) : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, Random random)
    {
        new NormalInitializer(StandardDeviation).Fill(values, random);
        values.Slice(Start, Length).Clear();
    }
}
