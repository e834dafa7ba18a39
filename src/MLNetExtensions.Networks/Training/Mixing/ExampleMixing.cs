namespace MLNetExtensions.Networks.Training;

/// <summary>Mixes a training example with another one of its batch, and its target with that one's: the loss of a mixed example
/// is that by its own target, times its share, and that by the other target, times the rest. With cross-entropy that is the loss
/// by a soft label. Each part keeps the weight of the example that it comes from. Validation and scoring mix nothing.</summary>
/// <param name="Alpha">Both parameters of the beta distribution that shares are drawn from, above 0: below 1 one of the two
/// examples mostly prevails, at 1 all shares are as likely.</param>
/// <param name="Probability">The share of mixed examples, in [0, 1].</param>
public abstract record ExampleMixing(double Alpha, double Probability)
{
    /// <summary>Mixes one example in place. May be called from any thread; all chance comes from
    /// <paramref name="random"/>.</summary>
    /// <param name="example">The features, augmented.</param>
    /// <param name="other">Those of the other example, augmented.</param>
    /// <param name="shape">The shape of an example.</param>
    /// <param name="random">The stream of this example in this epoch.</param>
    /// <returns>The share of the example's own target, in [0, 1].</returns>
    public abstract double Mix(Span<float> example, ReadOnlySpan<float> other, TensorShape shape, ref SplitMix64 random);

    /// <summary>Throws unless examples of <paramref name="shape"/> can be mixed so.</summary>
    /// <exception cref="ArgumentException">The shape or a parameter doesn't fit; the message says why.</exception>
    public virtual void Check(TensorShape shape)
    {
        if (!(Alpha > 0 && double.IsFinite(Alpha)) || Probability is not (>= 0 and <= 1))
            throw new ArgumentException(
                $"{GetType().Name} needs an alpha above 0 and a probability in [0, 1], not {Alpha} and {Probability}.");
    }
}
