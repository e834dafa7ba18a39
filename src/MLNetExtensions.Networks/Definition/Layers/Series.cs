namespace MLNetExtensions.Networks;

/// <summary>The mean of a window that slides along a series and ends where the series does: beyond its ends the first and the
/// last value go on. The trend of a series, in DLinear (Zeng et al., 2022). Input and output [channels×length].</summary>
/// <param name="KernelSize">Length of the window, odd.</param>
public sealed record MovingAverage(int KernelSize = 25) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => KernelSize > 0 && KernelSize % 2 == 1
        ? RequireSequence(inputs[0])
        : throw new ArgumentException($"needs a window of odd length, so that it has a middle, not {KernelSize}.");

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => KernelSize * output.Size;
}

/// <summary>Gives a forecast the level and scale that <see cref="InstanceNorm1d"/> took from a series: y·√(Var x + ε) + E x, of
/// each channel by itself (reversible instance normalisation, Kim et al., 2022). Inputs the forecast y, [channels×horizon], and
/// the series x, [channels×length]; output [channels×horizon].</summary>
/// <param name="Epsilon">Added to the variance, as there.</param>
public sealed record ReverseInstanceNorm(double Epsilon = 1e-5) : Layer
{
    internal override int InputCount => 2;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (!(Epsilon > 0))
            throw new ArgumentException($"needs an epsilon above 0, not {Epsilon}.");
        (TensorShape forecast, TensorShape series) = (RequireSequence(inputs[0]), RequireSequence(inputs[1]));
        return forecast.Channels == series.Channels
            ? forecast
            : throw new ArgumentException(
                $"needs a forecast and a series of the same channels, but they are {forecast} and {series}.");
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 4 * inputs[1].Size + 2 * output.Size;
}
