namespace MLNetExtensions.Transformers;

/// <summary>Reads the features of a row in the network's order, for training and for scoring.</summary>
internal abstract class FeatureReader
{
    /// <summary>Whether the row that was read last had more than the network takes, and was cut.</summary>
    public virtual bool IsCut => false;

    /// <summary>Reads the current row.</summary>
    /// <returns>Whether every feature is finite.</returns>
    public abstract bool Read();

    /// <summary>Copies the row that was read out as floats, with its zeros.</summary>
    public abstract void CopyTo(Span<float> features);
}
