namespace MLNetExtensions.Networks.Training;

/// <summary>A random change to an example, new in every epoch, that leaves its label true. It runs on the features as they are
/// stored, before any normalisation inside the model.</summary>
public abstract record Augmentation
{
    /// <summary>Whether it changes ids, not numbers: of a network with several inputs it then runs on each input of ids by
    /// itself, and not on the whole example; a network without ids is refused.</summary>
    protected internal virtual bool ChangesIds => false;

    /// <summary>Changes one example in place. May be called from any thread; all chance comes
    /// from <paramref name="random"/>.</summary>
    /// <param name="example">The features, or those of one input of ids.</param>
    /// <param name="scratch">Working memory of the same length.</param>
    /// <param name="shape">The shape of the example.</param>
    /// <param name="random">The stream of this example in this epoch.</param>
    public abstract void Apply(Span<float> example, Span<float> scratch, TensorShape shape, ref SplitMix64 random);

    /// <summary>Throws unless examples of <paramref name="shape"/> can be changed so; an image
    /// is expected unless overridden.</summary>
    /// <exception cref="ArgumentException">The shape or a parameter doesn't fit; the message says why.</exception>
    public virtual void Check(TensorShape shape)
    {
        if (shape.Rank != 3)
            throw new ArgumentException($"{GetType().Name} needs images [channels×height×width], not examples of shape {shape}.");
    }
}
