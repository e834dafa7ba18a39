using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Tests;

/// <summary>A loss that the library does not have: the focal loss of a class index (Lin et al., "Focal Loss for Dense Object
/// Detection", 2017), −(1 − p)^γ · log p for the probability p of the right class.</summary>
internal sealed record FocalLoss(double Gamma = 2) : Loss
{
    public override int TargetSize(RowLayout outputs) => 1;

    public override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
    {
        (double sum, double total) = (0, 0);
        for (int row = 0; row < batch.Count; row++)
        {
            double[] powers = [.. batch.Outputs(row).ToArray().Select(logit => Math.Exp(double.CreateTruncating(logit)))];
            int label = (int)batch.Targets(row)[0];
            double all = powers.Sum(), p = powers[label] / all, rest = 1 - p, weight = batch.Weight(row);
            (sum, total) = (sum - weight * Math.Pow(rest, Gamma) * Math.Log(p), total + weight);
            // dL/dp · p, and dp/dx[i] = p · (1[i = label] − p[i]).
            double slope = weight * (Gamma * Math.Pow(rest, Gamma - 1) * p * Math.Log(p) - Math.Pow(rest, Gamma));
            Span<T> gradient = batch.Gradient(row);
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] = T.CreateTruncating(slope * ((i == label ? 1 : 0) - powers[i] / all));
        }
        return (sum, total);
    }
}
