namespace Microsoft.ML.SearchSpace.Option;

/// <summary>A set of parameter values, laid out over the unit cube of <see cref="FeatureSpaceDim"/> dimensions.</summary>
public abstract class OptionBase
{
    public abstract int FeatureSpaceDim { get; }

    /// <summary>The point of the cube to begin the search at.</summary>
    public virtual double[] Default { get; protected set; }

    /// <summary>For each dimension the number of values, or null for a continuous one.</summary>
    public abstract int?[] Step { get; }
    public abstract double[] MappingToFeatureSpace(Parameter value);
    public abstract Parameter SampleFromFeatureSpace(double[] values);
}
