using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="ReverseInstanceNorm"/>
internal sealed unsafe class ReverseInstanceNormLayer<T, TV, S>(LayerContext<T> context, ReverseInstanceNorm layer)
    : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _channels = context.Output.Channels, _horizon = context.Output[1], _length = context.Inputs[1][1];

    public override BackwardReads BackwardReads => BackwardReads.Input;

    public override void Forward(Pass<T> pass) => Run(pass, &Restore);

    public override void Backward(Pass<T> pass) => Run(pass, &Derive);

    private void Run(Pass<T> pass, delegate*<void*, int, int, int, void> body)
    {
        Operands operands = new()
        {
            Forecast = Inputs[0].Data, Series = Inputs[1].Data, Output = Output.Data, Horizon = _horizon, Length = _length,
            Epsilon = T.CreateTruncating(layer.Epsilon),
            OutputGradient = OutputGradient is null ? null : OutputGradient.Data,
            ForecastGradient = InputGradients[0] is { } ofForecast ? ofForecast.Data : null,
            SeriesGradient = InputGradients[1] is { } ofSeries ? ofSeries.Data : null,
        };
        Context.Loop.Run((long)pass.Blocks * _channels, 2L * _length + _horizon, body, &operands);
    }

    private static void Restore(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int row = begin; row < end; row++)
        {
            (TV mean, TV deviation) = o.Statistics(row);
            T* forecast = o.Forecast + o.InForecast(row), output = o.Output + o.InForecast(row);
            for (int t = 0; t < o.Horizon; t++)
                S.Store(output + t * S.Lanes, S.MultiplyAdd(S.Load(forecast + t * S.Lanes), deviation, mean));
        }
    }

    /// <summary>By a value of the series: as part of the mean Σ dy / length, and of the deviation σ
    /// Σ dy·y · (x − mean) / (length·σ).</summary>
    private static void Derive(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int row = begin; row < end; row++)
        {
            (TV mean, TV deviation) = o.Statistics(row);
            T* forecast = o.Forecast + o.InForecast(row), gradients = o.OutputGradient + o.InForecast(row);
            TV byMean = S.Zero, byDeviation = S.Zero;
            for (int t = 0; t < o.Horizon; t++)
            {
                TV gradient = S.Load(gradients + t * S.Lanes);
                byMean = S.Add(byMean, gradient);
                byDeviation = S.MultiplyAdd(gradient, S.Load(forecast + t * S.Lanes), byDeviation);
                if (o.ForecastGradient != null)
                    S.Store(o.ForecastGradient + o.InForecast(row) + t * S.Lanes, S.Multiply(gradient, deviation));
            }
            if (o.SeriesGradient == null)
                continue;
            T* series = o.Series + o.InSeries(row), target = o.SeriesGradient + o.InSeries(row);
            TV share = S.Broadcast(T.CreateTruncating(1.0 / o.Length));
            TV slope = S.Divide(S.Multiply(share, byDeviation), deviation);
            byMean = S.Multiply(share, byMean);
            for (int t = 0; t < o.Length; t++)
            {
                TV centred = S.Subtract(S.Load(series + t * S.Lanes), mean);
                S.Store(target + t * S.Lanes, S.MultiplyAdd(centred, slope, byMean));
            }
        }
    }

    private struct Operands
    {
        public T* Forecast, Series, Output, OutputGradient, ForecastGradient, SeriesGradient;
        public int Horizon, Length;
        public T Epsilon;

        public readonly nint InForecast(int row) => (nint)row * Horizon * S.Lanes;

        public readonly nint InSeries(int row) => (nint)row * Length * S.Lanes;

        /// <summary>The mean of a row of the series, and its deviation in two passes, so that nothing cancels.</summary>
        public readonly (TV Mean, TV Deviation) Statistics(int row)
        {
            T* series = Series + InSeries(row);
            TV share = S.Broadcast(T.CreateTruncating(1.0 / Length)), mean = S.Zero, variance = S.Zero;
            for (int t = 0; t < Length; t++)
                mean = S.Add(mean, S.Load(series + t * S.Lanes));
            mean = S.Multiply(share, mean);
            for (int t = 0; t < Length; t++)
            {
                TV centred = S.Subtract(S.Load(series + t * S.Lanes), mean);
                variance = S.MultiplyAdd(centred, centred, variance);
            }
            return (mean, S.Sqrt(S.MultiplyAdd(share, variance, S.Broadcast(Epsilon))));
        }
    }
}
