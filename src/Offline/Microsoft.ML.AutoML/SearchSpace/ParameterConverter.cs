namespace Microsoft.ML.SearchSpace;

internal sealed class ParameterConverter : JsonConverter<Parameter>
{
    public override Parameter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = JsonSerializer.Deserialize<Dictionary<string, Parameter>>(ref reader, options);
                return Parameter.CreateNestedParameter([.. members]);
            case JsonTokenType.StartArray:
                return Parameter.FromIEnumerable(JsonSerializer.Deserialize<List<Parameter>>(ref reader, options));
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var whole) ? Parameter.FromLong(whole) : Parameter.FromDouble(reader.GetDouble());
            case JsonTokenType.True or JsonTokenType.False:
                return Parameter.FromBool(reader.GetBoolean());
            default:
                return Parameter.FromString(reader.GetString());
        }
    }

    public override void Write(Utf8JsonWriter writer, Parameter value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Value, options);
}
