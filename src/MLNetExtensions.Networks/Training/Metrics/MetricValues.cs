using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNetExtensions.Networks.Training;

/// <summary>Metrics by name, in the order of <see cref="TrainingOptions.Metrics"/>; those without a value are not there. Equal
/// ones have the same names and values.</summary>
[JsonConverter(typeof(Converter))]
public sealed class MetricValues : IReadOnlyList<KeyValuePair<string, double>>, IEquatable<MetricValues>
{
    private readonly KeyValuePair<string, double>[] _values;

    /// <summary>The given metrics.</summary>
    public MetricValues(IEnumerable<KeyValuePair<string, double>> values) => _values = [.. values];

    /// <summary>One metric.</summary>
    public MetricValues(string name, double value) => _values = [new(name, value)];

    /// <summary>No metrics.</summary>
    public static MetricValues None { get; } = new([]);

    /// <summary>The number of metrics.</summary>
    public int Count => _values.Length;

    /// <summary>A metric by its place.</summary>
    public KeyValuePair<string, double> this[int index] => _values[index];

    /// <summary>A metric by its name; null when it has no value.</summary>
    public double? this[string name]
    {
        get
        {
            foreach ((string key, double value) in _values)
            {
                if (key == name)
                    return value;
            }
            return null;
        }
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] MetricValues? other) => other is not null && _values.SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MetricValues);

    /// <inheritdoc/>
    public override int GetHashCode() => _values.Aggregate(_values.Length, HashCode.Combine);

    /// <summary><c>accuracy 0.75, F1 0.5</c>.</summary>
    public override string ToString() =>
        string.Join(", ", _values.Select(value => FormattableString.Invariant($"{value.Key} {value.Value:g4}")));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, double>>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As an object: <c>{"accuracy": 0.75}</c>.</summary>
    private sealed class Converter : JsonConverter<MetricValues>
    {
        public override MetricValues Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<OrderedDictionary<string, double>>(ref reader, options) ?? []);

        public override void Write(Utf8JsonWriter writer, MetricValues value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new OrderedDictionary<string, double>(value), options);
    }
}
