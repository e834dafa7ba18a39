namespace Microsoft.ML.SearchSpace;

/// <summary>Named options. They are kept in the order of adding; the dimensions follow the sorted names.</summary>
public class SearchSpace : OptionBase, IDictionary<string, OptionBase>
{
    private readonly Dictionary<string, OptionBase> _options = [];
    private readonly Parameter _defaults;

    public SearchSpace() { }

    /// <summary>The attributed fields, then properties of a type. What a sample does not set is taken from the default.</summary>
    protected SearchSpace(Type typeInfo, Parameter defaultOption = null)
    {
        AddMembers(typeInfo.GetFields(BindingFlags.Public | BindingFlags.Instance));
        AddMembers(typeInfo.GetProperties(BindingFlags.Public | BindingFlags.Instance));
        _defaults = defaultOption;
    }

    public override double[] Default => [.. Sorted.SelectMany(option => option.Value.Default)];
    public override int FeatureSpaceDim => _options.Values.Sum(option => option.FeatureSpaceDim);
    public override int?[] Step => [.. Sorted.SelectMany(option => option.Value.Step)];
    public ICollection<string> Keys => _options.Keys;
    public ICollection<OptionBase> Values => _options.Values;
    public int Count => _options.Count;
    public bool IsReadOnly => false;
    private IEnumerable<KeyValuePair<string, OptionBase>> Sorted => _options.OrderBy(option => option.Key);

    public OptionBase this[string key] { get => _options[key]; set => _options[key] = value; }

    public override Parameter SampleFromFeatureSpace(double[] feature)
    {
        var sample = Parameter.CreateNestedParameter();
        var used = 0;
        foreach (var (key, option) in Sorted)
        {
            sample[key] = option.SampleFromFeatureSpace([.. feature.Skip(used).Take(option.FeatureSpaceDim)]);
            used += option.FeatureSpaceDim;
        }
        return _defaults is null ? sample : Overlay(_defaults, sample);
    }

    public override double[] MappingToFeatureSpace(Parameter parameter) =>
        [.. Sorted.SelectMany(option => option.Value.MappingToFeatureSpace(parameter[option.Key]))];
    public void Add(string key, OptionBase value) => _options.Add(key, value);
    public void Add(KeyValuePair<string, OptionBase> item) => _options.Add(item.Key, item.Value);
    public void Clear() => _options.Clear();
    public bool Contains(KeyValuePair<string, OptionBase> item) => _options.Contains(item);
    public bool ContainsKey(string key) => _options.ContainsKey(key);
    public void CopyTo(KeyValuePair<string, OptionBase>[] array, int arrayIndex) =>
        ((IDictionary<string, OptionBase>)_options).CopyTo(array, arrayIndex);
    public bool Remove(string key) => _options.Remove(key);
    public bool Remove(KeyValuePair<string, OptionBase> item) => ((IDictionary<string, OptionBase>)_options).Remove(item);
    public bool TryGetValue(string key, out OptionBase value) => _options.TryGetValue(key, out value);
    public IEnumerator<KeyValuePair<string, OptionBase>> GetEnumerator() => _options.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => _options.GetEnumerator();

    private static Parameter Overlay(Parameter left, Parameter right)
    {
        if (left?.ParameterType != ParameterType.Object || right?.ParameterType != ParameterType.Object) return right ?? left;
        var result = Parameter.CreateNestedParameter();
        foreach (var (key, _) in left.Concat(right))
        {
            left.TryGetValue(key, out var below);
            right.TryGetValue(key, out var above);
            result[key] = Overlay(below, above);
        }
        return result;
    }

    private void AddMembers(MemberInfo[] members)
    {
        foreach (var member in members)
            foreach (var option in member.GetCustomAttributes(false).Select(a => OptionOf(a, member)).OfType<OptionBase>())
                this[member.Name] = option;
    }

    private static OptionBase OptionOf(object attribute, MemberInfo member) => attribute switch
    {
        ChoiceAttribute choice => new ChoiceOption(choice.Candidates, choice.DefaultValue),
        RangeAttribute { Min: int min } range => new UniformIntOption(min, (int)range.Max, range.LogBase, (int?)range.Init),
        RangeAttribute { Min: float min } range =>
            new UniformSingleOption(min, (float)range.Max, range.LogBase, (float?)range.Init),
        RangeAttribute range =>
            new UniformDoubleOption((double)range.Min, (double)range.Max, range.LogBase, (double?)range.Init),
        BooleanChoiceAttribute boolean => new ChoiceOption([true, false], boolean.DefaultValue),
        NestOptionAttribute => Nested(member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType),
        _ => null,
    };

    private static SearchSpace Nested(Type type)
    {
        var nested = new SearchSpace();
        nested.AddMembers(type.GetProperties(BindingFlags.Public | BindingFlags.Instance));
        nested.AddMembers(type.GetFields(BindingFlags.Public | BindingFlags.Instance));
        return nested;
    }
}
