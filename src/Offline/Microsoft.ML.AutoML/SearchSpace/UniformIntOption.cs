namespace Microsoft.ML.SearchSpace.Option;

/// <summary>Sampling rounds down, so that only the point 1 gives the maximum.</summary>
public sealed class UniformIntOption : UniformNumericOption
{
    public UniformIntOption(int min, int max, bool logBase = false, int? defaultValue = null)
        : base(min, max, logBase, defaultValue is { } value ? Parameter.FromInt(value) : null) { }

    public override double[] MappingToFeatureSpace(Parameter param) =>
        base.MappingToFeatureSpace(Parameter.FromDouble(param.AsType<int>()));
    public override Parameter SampleFromFeatureSpace(double[] values) =>
        Parameter.FromInt(Convert.ToInt32(Math.Floor(Sample(values))));
}
