namespace Microsoft.ML.SearchSpace;

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false)]
public sealed class BooleanChoiceAttribute : Attribute
{
    public BooleanChoiceAttribute() : this(true) { }
    public BooleanChoiceAttribute(bool defaultValue) => DefaultValue = defaultValue;
    public bool DefaultValue { get; }
}
