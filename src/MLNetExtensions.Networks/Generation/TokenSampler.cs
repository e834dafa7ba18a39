using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Generation;

/// <summary>Draws tokens.</summary>
internal sealed class TokenSampler(SamplingOptions options)
{
    private readonly Random _random = new(options.Seed);

    /// <summary>A token of the softmax of logits, which are overwritten.</summary>
    public int Draw(Span<float> logits)
    {
        if (options.Temperature == 0)
            return TensorPrimitives.IndexOfMax<float>(logits);
        if (options.TopK is { } count && count < logits.Length)
            KeepLargest(logits, count);
        float largest = TensorPrimitives.Max<float>(logits);
        double total = 0;
        foreach (ref float logit in logits)
        {
            logit = (float)Math.Exp((logit - largest) / options.Temperature);
            total += logit;
        }
        double place = _random.NextDouble() * total;
        int last = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (logits[i] == 0)
                continue;
            last = i;
            place -= logits[i];
            if (place < 0)
                break;
        }
        return last;
    }

    /// <summary>Of equal logits the first ones stay.</summary>
    private static void KeepLargest(Span<float> logits, int count)
    {
        float[] sorted = logits.ToArray();
        Array.Sort(sorted);
        float least = sorted[^count];
        int ties = count - sorted.Count(logit => logit > least);
        foreach (ref float logit in logits)
        {
            if (logit < least || (logit == least && ties-- <= 0))
                logit = float.NegativeInfinity;
        }
    }
}
