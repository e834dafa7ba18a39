namespace Samples.Gan;

/// <summary>What the generator takes for one image.</summary>
internal sealed class LatentRow
{
    /// <summary>The latent values, and the class behind them.</summary>
    public float[] Latent { get; set; } = [];
}
