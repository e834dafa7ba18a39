namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A recurrent forecast of series: each series by itself, but with the same weights, is read in segments rather than single steps
/// (SegRNN, Lin et al., 2023), from its own level and scale (reversible instance normalisation, Kim et al., 2022). Input
/// [series×length], output [series×horizon].
/// <list type="table">
/// <item><term>norm</term><description>InstanceNorm1d, undone behind the last layer</description></item>
/// <item><term>segment</term><description>Linear from a segment to the state's size, ReLU</description></item>
/// <item><term>rnn</term><description>GRU over the segments, its last state</description></item>
/// <item><term>fc</term><description>Dropout, Linear <c>horizon</c></description></item>
/// </list>
/// </summary>
public static class RecurrentForecaster
{
    /// <summary>Makes the definition.</summary>
    /// <param name="inputShape">[series×length]; the length a multiple of the segment's.</param>
    /// <param name="horizon">The steps to forecast.</param>
    /// <param name="segmentLength">The steps that are read at once.</param>
    /// <param name="hiddenSize">The size of the state.</param>
    /// <param name="dropout">The share of the state dropped while training, in [0, 1).</param>
    /// <exception cref="ArgumentException">The input is no series of whole segments, or a size is below 1.</exception>
    public static NetworkDefinition Create(
        TensorShape inputShape, int horizon, int segmentLength = 24, int hiddenSize = 128, double dropout = 0.2)
    {
        if (inputShape.Rank != 2 || segmentLength < 1 || inputShape[1] % segmentLength != 0)
            throw new ArgumentException(
                $"The network reads series [series×length] in segments of {segmentLength} steps, but {inputShape} does not " +
                "come to whole ones.", nameof(inputShape));
        return NetworkDefinition.Build(inputShape, network =>
        {
            string series = network.Current;
            network.InstanceNorm1d(name: "norm")
                .Reshape(new(inputShape.Channels, inputShape[1] / segmentLength, segmentLength), "segments")
                .Linear(hiddenSize, name: "segment").ReLU("relu")
                .GRU(hiddenSize, output: RecurrentOutput.Last, name: "rnn")
                .Dropout(dropout, "dropout")
                .Linear(horizon, name: "fc")
                .ReverseInstanceNorm(series, name: "restore");
        });
    }
}
