namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A transformer's forecast of series, turned round (iTransformer, Liu et al., 2023): a token is a whole series, and attention is
/// between series, not steps; each from its own level and scale (reversible instance normalisation, Kim et al., 2022). Input
/// [series×length], output [series×horizon].
/// <list type="table">
/// <item><term>norm</term><description>InstanceNorm1d, undone behind the last layer</description></item>
/// <item><term>embedding</term><description>Linear from a window to <c>features</c>, Dropout</description></item>
/// <item><term>encoder.layers.0 …</term><description>encoder layers with the names of
/// <c>nn.TransformerEncoder</c></description></item>
/// <item><term>encoder.norm, fc</term><description>layer normalisation, Linear <c>horizon</c></description></item>
/// </list>
/// </summary>
public static class TransformerForecaster
{
    /// <summary>Makes the definition.</summary>
    /// <param name="inputShape">[series×length].</param>
    /// <param name="horizon">The steps to forecast.</param>
    /// <param name="layers">The number of encoder layers.</param>
    /// <param name="heads">The number of heads, a divisor of <paramref name="features"/>.</param>
    /// <param name="features">The width of the model.</param>
    /// <param name="feedForward">The width between the linear layers; twice <paramref name="features"/> when null.</param>
    /// <param name="dropout">The share of values dropped while training, in [0, 1).</param>
    /// <exception cref="ArgumentException">The input is no series, or a size is out of range; the message names the
    /// layer.</exception>
    public static NetworkDefinition Create(
        TensorShape inputShape, int horizon, int layers = 2, int heads = 4, int features = 128, int? feedForward = null,
        double dropout = 0.1) => NetworkDefinition.Build(inputShape, network =>
    {
        string series = network.Current;
        network.InstanceNorm1d(name: "norm").Linear(features, name: "embedding").Dropout(dropout, "dropout");
        network.Sequential("encoder", encoder =>
        {
            for (int i = 0; i < layers; i++)
            {
                encoder.TransformerEncoderLayer(
                    features, heads, feedForward ?? 2 * features, dropout, new GELU(), normFirst: false, name: $"layers.{i}");
            }
            encoder.Add(new LayerNorm(NormalizedRank: 1), "norm");
        });
        network.Linear(horizon, name: "fc").ReverseInstanceNorm(series, name: "restore");
    });
}
