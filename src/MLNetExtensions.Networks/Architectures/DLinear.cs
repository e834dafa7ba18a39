namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A linear forecast of series (Zeng et al., "Are Transformers Effective for Time Series Forecasting?", 2022): trend and
/// remainder, each with a linear layer from the window to the horizon, added. Input [series×length], output [series×horizon].
/// <list type="table">
/// <item><term>trend</term><description>moving average (25 steps)</description></item>
/// <item><term>remainder</term><description>the series less its trend</description></item>
/// <item><term>linear_trend, linear_seasonal</term><description>Linear <c>horizon</c>, the same for all series or one for
/// each</description></item>
/// </list>
/// </summary>
public static class DLinear
{
    /// <summary>Makes the definition.</summary>
    /// <param name="inputShape">[series×length].</param>
    /// <param name="horizon">The steps to forecast.</param>
    /// <param name="kernelSize">The steps of the moving average, odd.</param>
    /// <param name="individual">Whether each series has linear layers of its own.</param>
    /// <exception cref="ArgumentException">The input is no series, or a size is below 1.</exception>
    public static NetworkDefinition Create(TensorShape inputShape, int horizon, int kernelSize = 25, bool individual = false) =>
        NetworkDefinition.Build(inputShape, network =>
        {
            string series = network.Current, trend = network.MovingAverage(kernelSize, "trend").Current;
            string remainder = network.Add(new Subtract(), "remainder", series, trend).Current;
            string ofTrend = network.From(trend).Project(inputShape, horizon, individual, "linear_trend").Current;
            string ofRemainder = network.From(remainder).Project(inputShape, horizon, individual, "linear_seasonal").Current;
            network.Add(new Add(), "forecast", ofTrend, ofRemainder);
        });

    private static NetworkBuilder Project(
        this NetworkBuilder network, TensorShape input, int horizon, bool individual, string name) => individual
        // A window as long as the series, with filters of its own for each: a linear layer a series.
        ? network.Conv1d(input.Channels * horizon, input[1], groups: input.Channels, name: name)
            .Reshape(new(input.Channels, horizon), $"{name}.horizon")
        : network.Linear(horizon, name: name);
}
