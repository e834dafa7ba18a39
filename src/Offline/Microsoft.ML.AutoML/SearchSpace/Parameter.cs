namespace Microsoft.ML.SearchSpace;

/// <summary>A value of a search space: a number, a text, a truth value, an array or an object of named parameters. Values convert
/// and compare by way of their JSON.</summary>
[JsonConverter(typeof(ParameterConverter))]
public sealed class Parameter : IDictionary<string, Parameter>, IEquatable<Parameter>, IEqualityComparer<Parameter>
{
    private static readonly JsonSerializerOptions Conversion = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private Parameter(object value, ParameterType type) => (Value, ParameterType) = (value, type);
    public ParameterType ParameterType { get; }

    /// <summary>The number of named parameters of an object, 1 of anything else.</summary>
    public int Count => ParameterType == ParameterType.Object ? Members.Count : 1;
    public bool IsReadOnly => false;
    public ICollection<string> Keys => Members.Keys;
    ICollection<Parameter> IDictionary<string, Parameter>.Values => Members.Values;
    internal object Value { get; }
    private Dictionary<string, Parameter> Members => Value as Dictionary<string, Parameter>
        ?? throw new NullReferenceException($"A parameter of type {ParameterType} has no members");

    public Parameter this[string key] { get => Members[key]; set => Members[key] = value; }

    public static Parameter FromDouble(double value) => new(value, ParameterType.Number);
    public static Parameter FromFloat(float value) => new(value, ParameterType.Number);
    public static Parameter FromLong(long value) => new(value, ParameterType.Integer);
    public static Parameter FromInt(int value) => new(value, ParameterType.Integer);
    public static Parameter FromString(string value) => new(value, ParameterType.String);
    public static Parameter FromBool(bool value) => new(value, ParameterType.Bool);
    public static Parameter FromEnum<T>(T value) where T : struct, Enum => FromString(Enum.GetName(value));
    public static Parameter FromIEnumerable<T>(IEnumerable<T> values) => new(values, ParameterType.Array);

    /// <summary>The properties that can be read and written, without those that are null or have none themselves.</summary>
    public static Parameter FromObject<T>(T value) where T : class => FromObject(value, typeof(T));

    public static Parameter CreateNestedParameter(params KeyValuePair<string, Parameter>[] parameters)
    {
        var members = new Dictionary<string, Parameter>();
        foreach (var (key, value) in parameters) members[key] = value;
        return new Parameter(members, ParameterType.Object);
    }

    private static Parameter FromObject(object value, Type type)
    {
        switch (value)
        {
            case int x: return FromInt(x);
            case long x: return FromLong(x);
            case double x: return FromDouble(x);
            case float x: return FromFloat(x);
            case string x: return FromString(x);
            case bool x: return FromBool(x);
            case IEnumerable x: return new Parameter(x, ParameterType.Array);
            case Enum x: return FromString(Enum.GetName(x.GetType(), x));
        }
        var result = CreateNestedParameter();
        foreach (var property in type.GetProperties().Where(p => p is { CanRead: true, CanWrite: true }))
            if (property.GetValue(value) is { } member && FromObject(member, property.PropertyType) is { Count: > 0 } parameter)
                result[property.Name] = parameter;
        return result;
    }

    public T AsType<T>() =>
        Value is T value ? value : JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(Value, Conversion), Conversion);
    public void Add(string key, Parameter value) => Members.Add(key, value);
    public void Add(KeyValuePair<string, Parameter> item) => Members.Add(item.Key, item.Value);
    public void Clear() => Members.Clear();
    public bool Contains(KeyValuePair<string, Parameter> item) => Members.Contains(item);
    public bool ContainsKey(string key) => Members.ContainsKey(key);
    public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex) =>
        ((IDictionary<string, Parameter>)Members).CopyTo(array, arrayIndex);
    public bool Remove(string key) => Members.Remove(key);
    public bool Remove(KeyValuePair<string, Parameter> item) => ((IDictionary<string, Parameter>)Members).Remove(item);
    public bool TryGetValue(string key, out Parameter value) => Members.TryGetValue(key, out value);
    IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator() =>
        Members.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => Members.GetEnumerator();
    public bool Equals(Parameter other) => ReferenceEquals(this, other) || (other is not null && ToString() == other.ToString());
    public bool Equals(Parameter x, Parameter y) => x.GetHashCode() == y.GetHashCode();
    public override int GetHashCode() => ToString().GetHashCode();
    public int GetHashCode(Parameter obj) => obj.GetHashCode();
    public override string ToString() => JsonSerializer.Serialize(this);
}
