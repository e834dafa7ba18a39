using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNetExtensions.Networks;

/// <summary>
/// The shape of one example, without the batch dimension: <c>[8]</c> for a row of eight features, <c>[3×32×32]</c> for an RGB
/// image (channels, height, width). Also the full shape of a parameter (<c>[64×3×7×7]</c>; a scalar is <c>[]</c>).
/// </summary>
[JsonConverter(typeof(JsonShapeConverter))]
public sealed class TensorShape : IEquatable<TensorShape>
{
    private readonly ImmutableArray<int> _dimensions;

    /// <summary>A shape of the given dimensions, each at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is below 1.</exception>
    public TensorShape(params ReadOnlySpan<int> dimensions)
    {
        foreach (int dimension in dimensions)
            ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1, nameof(dimensions));
        _dimensions = [.. dimensions];
    }

    /// <summary>The number of dimensions.</summary>
    public int Rank => _dimensions.Length;

    /// <summary>The number of elements: the product of the dimensions.</summary>
    public long Size => _dimensions.Aggregate(1L, (product, dimension) => checked(product * dimension));

    /// <summary>The size of the dimension at <paramref name="index"/>.</summary>
    public int this[int index] => _dimensions[index];

    /// <inheritdoc cref="this[int]"/>
    public int this[Index index] => _dimensions[index];

    /// <summary>The dimensions.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions.AsSpan();

    /// <summary>The number of channels: the first dimension.</summary>
    public int Channels => _dimensions[0];

    /// <summary>The elements of one channel: every dimension but the first.</summary>
    internal int SpatialSize => checked((int)(Size / Channels));

    /// <summary>The index of the dimension that a number means: below 0 it counts from the last one, as in Python.</summary>
    /// <exception cref="ArgumentException">There is no such dimension.</exception>
    internal int IndexOf(int dimension) => dimension >= -Rank && dimension < Rank
        ? (dimension + Rank) % Rank
        : throw new ArgumentException($"has no dimension {dimension} in {this}; there are {-Rank} to {Rank - 1}.");

    /// <inheritdoc/>
    public bool Equals(TensorShape? other) => other is not null && _dimensions.AsSpan().SequenceEqual(other._dimensions.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorShape);

    /// <inheritdoc/>
    public override int GetHashCode() => _dimensions.Aggregate(_dimensions.Length, HashCode.Combine);

    /// <summary>The dimensions with × between them, in brackets: <c>[3×32×32]</c>.</summary>
    public override string ToString() => $"[{string.Join('×', _dimensions)}]";

    private sealed class JsonShapeConverter : JsonConverter<TensorShape>
    {
        public override TensorShape Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<int[]>(ref reader, options)
                ?? throw new JsonException("A shape is an array of numbers."));

        public override void Write(Utf8JsonWriter writer, TensorShape value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value._dimensions, options);
    }
}
