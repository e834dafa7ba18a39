namespace Microsoft.ML.SearchSpace.Option;

/// <summary>Numbers of an interval, evenly spread on a linear or a logarithmic scale. The bounds are not checked.</summary>
public abstract class UniformNumericOption : OptionBase
{
    private protected UniformNumericOption(double min, double max, bool logBase, Parameter defaultValue)
    {
        (Min, Max, LogBase) = (min, max, logBase);
        Default = defaultValue is null ? [0] : MappingToFeatureSpace(defaultValue);
    }

    public double Min { get; }
    public double Max { get; }
    public bool LogBase { get; }
    public override int FeatureSpaceDim => 1;
    public override int?[] Step => [null];

    public override double[] MappingToFeatureSpace(Parameter param) => LogBase
        ? [Scale(Math.Log(param.AsType<double>()), Math.Log(Min), Math.Log(Max))]
        : [Scale(param.AsType<double>(), Min, Max)];

    public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromDouble(Sample(values));
    private protected double Sample(double[] values) =>
        LogBase ? Min * Math.Pow(Max / Min, values[0]) : Min + (Max - Min) * values[0];

    // Two quotients, for the rounding of the original: whether a default comes back as itself depends on it.
    private static double Scale(double x, double min, double max) => x / (max - min) - min / (max - min);
}
