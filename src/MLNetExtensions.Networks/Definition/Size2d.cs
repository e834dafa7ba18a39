using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNetExtensions.Networks;

/// <summary>A number for each of an image's two dimensions: the size of a window, its step, a padding. One number means both:
/// <c>3</c> is 3×3, <c>(1, 7)</c> one row of seven.</summary>
/// <param name="Height">Along the rows.</param>
/// <param name="Width">Along the columns.</param>
[JsonConverter(typeof(JsonSizeConverter))]
public sealed record Size2d(int Height, int Width)
{
    /// <summary>Height times width.</summary>
    internal long Area => (long)Height * Width;

    /// <summary>The same number in both dimensions.</summary>
    public static implicit operator Size2d(int size) => new(size, size);

    /// <summary>A number for each dimension.</summary>
    public static implicit operator Size2d((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>Both numbers, or the one that they are: <c>1×7</c>, <c>3</c>.</summary>
    public override string ToString() => Height == Width ? $"{Height}" : $"{Height}×{Width}";

    /// <summary>A number where both are the same, else an array of two.</summary>
    private sealed class JsonSizeConverter : JsonConverter<Size2d>
    {
        public override Size2d Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number)
                return reader.GetInt32();
            return JsonSerializer.Deserialize<int[]>(ref reader, options) is [int height, int width]
                ? new(height, width)
                : throw new JsonException("A size is a number or an array of two.");
        }

        public override void Write(Utf8JsonWriter writer, Size2d value, JsonSerializerOptions options)
        {
            if (value.Height == value.Width)
                writer.WriteNumberValue(value.Height);
            else
                JsonSerializer.Serialize(writer, new[] { value.Height, value.Width }, options);
        }
    }
}
