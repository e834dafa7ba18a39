namespace Microsoft.ML.SearchSpace;

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false)]
public sealed class BooleanChoiceAttribute : Attribute
{
    public BooleanChoiceAttribute() : this(true) { }
    public BooleanChoiceAttribute(bool defaultValue) => DefaultValue = defaultValue;
    public bool DefaultValue { get; }
}

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false)]
public sealed class ChoiceAttribute : Attribute
{
    public ChoiceAttribute(params object[] candidates) => Candidates = candidates;
    public ChoiceAttribute(object[] candidates, object defaultValue) : this(candidates) => DefaultValue = defaultValue;
    public object[] Candidates { get; }
    public object DefaultValue { get; }
}

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false)]
public sealed class NestOptionAttribute : Attribute;

/// <summary>Searches a property or field between two values; the type of the arguments is that of the option.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false)]
public sealed class RangeAttribute : Attribute
{
    public RangeAttribute(double min, double max, bool logBase = false) : this(min, max, null, logBase) { }
    public RangeAttribute(double min, double max, double init, bool logBase = false) : this(min, max, (object)init, logBase) { }
    public RangeAttribute(int min, int max, bool logBase = false) : this(min, max, null, logBase) { }
    public RangeAttribute(int min, int max, int init, bool logBase = false) : this(min, max, (object)init, logBase) { }
    public RangeAttribute(float min, float max, bool logBase = false) : this(min, max, null, logBase) { }
    public RangeAttribute(float min, float max, float init, bool logBase = false) : this(min, max, (object)init, logBase) { }
    private RangeAttribute(object min, object max, object init, bool logBase) =>
        (Min, Max, Init, LogBase) = (min, max, init, logBase);
    public object Min { get; }
    public object Max { get; }
    public object Init { get; }
    public bool LogBase { get; }
}
