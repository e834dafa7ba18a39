namespace Microsoft.ML.SearchSpace;

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
