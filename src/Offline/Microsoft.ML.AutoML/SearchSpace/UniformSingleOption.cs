namespace Microsoft.ML.SearchSpace.Option;

public sealed class UniformSingleOption : UniformNumericOption
{
    public UniformSingleOption(float min, float max, bool logBase = false, float? defaultValue = null)
        : base(min, max, logBase, defaultValue is { } value ? Parameter.FromFloat(value) : null) { }

    public override double[] MappingToFeatureSpace(Parameter param) =>
        base.MappingToFeatureSpace(Parameter.FromDouble(param.AsType<float>()));
    public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromFloat((float)Sample(values));
}
