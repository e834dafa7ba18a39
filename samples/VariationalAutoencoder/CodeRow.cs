namespace Samples.Autoencoding;

/// <summary>What the decoder takes for one image.</summary>
internal sealed class CodeRow
{
    public float[] Code { get; set; } = [];
}
