namespace Microsoft.ML.SearchSpace;

/// <summary>Searches a property or field among given values.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false)]
public sealed class ChoiceAttribute : Attribute
{
    public ChoiceAttribute(params object[] candidates) => Candidates = candidates;
    public ChoiceAttribute(object[] candidates, object defaultValue) : this(candidates) => DefaultValue = defaultValue;
    public object[] Candidates { get; }
    public object DefaultValue { get; }
}
