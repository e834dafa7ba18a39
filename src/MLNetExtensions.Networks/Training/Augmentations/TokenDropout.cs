namespace MLNetExtensions.Networks.Training;

/// <summary>Puts another id, that of padding unless told otherwise, in the place of random ids of a sequence, as if words were
/// unknown ('word dropout'; Iyyer et al., "Deep Unordered Composition Rivals Syntactic Methods", 2015): a network learns to do
/// without each of them. Inputs of numbers stay as they are.</summary>
/// <param name="Probability">The share of ids, in [0, 1).</param>
/// <param name="Id">What takes their place: a whole number of at least 0.</param>
public sealed record TokenDropout(double Probability = 0.1, int Id = 0) : Augmentation
{
    /// <inheritdoc/>
    protected internal override bool ChangesIds => true;

    /// <inheritdoc/>
    public override void Check(TensorShape shape)
    {
        if (Probability is not (>= 0 and < 1) || Id < 0)
            throw new ArgumentException(
                $"Dropping tokens needs a probability in [0, 1) and an id of at least 0, not {Probability} and {Id}.");
    }

    /// <inheritdoc/>
    public override void Apply(Span<float> example, Span<float> scratch, TensorShape shape, ref SplitMix64 random)
    {
        // As far as the last word: what stands behind it is no matter, however long the padding is.
        int length = example.LastIndexOfAnyExcept(0f) + 1;
        for (int i = 0; i < length; i++)
        {
            if (random.NextDouble() < Probability)
                example[i] = Id;
        }
    }
}
