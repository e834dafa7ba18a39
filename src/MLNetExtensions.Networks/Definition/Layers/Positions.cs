namespace MLNetExtensions.Networks;

/// <summary>Adds a learned vector to each place of a sequence: <c>nn.Embedding</c> of 0, 1, 2, … in GPT and BERT. Input and
/// output [L×E]; parameter <c>weight</c> [<paramref name="MaxLength"/>×E], normal.</summary>
/// <param name="MaxLength">The most places, at least L.</param>
/// <param name="StandardDeviation">That of the initial values.</param>
public sealed record LearnedPositions(int MaxLength, double StandardDeviation = 1) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (!(StandardDeviation >= 0))
            throw new ArgumentException($"needs a standard deviation of at least 0, not {StandardDeviation}.");
        return RequireSteps(inputs[0])[0] <= MaxLength
            ? inputs[0]
            : throw new ArgumentException($"has vectors for {MaxLength} places, not for those of {inputs[0]}.");
    }

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs) =>
        [new("weight", new(MaxLength, inputs[0][1]), new NormalInitializer(StandardDeviation))];
}

/// <summary>Adds sin(l/10000^(2i/E)) to feature 2i of place l of a sequence and the cosine of the same to feature 2i + 1 (Vaswani
/// et al., 2017, section 3.5). Input and output [L×E]. Not learned.</summary>
public sealed record SinusoidalPositions : Layer
{
    private const double Base = 10_000;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => RequireSteps(inputs[0]);

    /// <summary>What is added to a sequence of this shape.</summary>
    internal static double[] Values(TensorShape shape)
    {
        int features = shape[1];
        double[] values = new double[shape.Size];
        for (int i = 0; i < values.Length; i++)
        {
            (int place, int feature) = int.DivRem(i, features);
            double angle = place / Math.Pow(Base, feature / 2 * 2.0 / features);
            values[i] = feature % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
        }
        return values;
    }
}
