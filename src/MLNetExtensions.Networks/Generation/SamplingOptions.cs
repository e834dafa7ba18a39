namespace MLNetExtensions.Networks.Generation;

/// <summary>How the next token is drawn from the logits of a language model.</summary>
/// <param name="Temperature">What logits are divided by, at least 0: below 1 the likely tokens become likelier; 0 takes the
/// likeliest.</param>
/// <param name="TopK">How many of the likeliest tokens are drawn from; null (the default) for all.</param>
/// <param name="Seed">Decides the draws: one seed, one text.</param>
public sealed record SamplingOptions(double Temperature = 1, int? TopK = null, int Seed = 0)
{
    /// <summary>Throws unless the options are in range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not; the message names it.</exception>
    internal void Check()
    {
        if (!(Temperature >= 0 && double.IsFinite(Temperature)))
            throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature, "The temperature must be at least 0.");
        if (TopK < 1)
            throw new ArgumentOutOfRangeException(nameof(TopK), TopK, "At least one token must be left to draw from.");
    }
}
