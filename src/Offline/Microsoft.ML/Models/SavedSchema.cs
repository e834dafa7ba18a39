namespace Microsoft.ML;

/// <summary>The input schema in a model file: columns, hidden ones included, with their annotations.</summary>
internal static class SavedSchema
{
    public const string Entry = "Schema";

    public static void Write(BinaryWriter writer, DataViewSchema schema)
    {
        writer.Write(schema.Count);
        foreach (var column in schema)
        {
            writer.Write(column.Name);
            writer.WriteType(column.Type);
            writer.Write(column.Annotations.Schema.Count);
            foreach (var annotation in column.Annotations.Schema)
            {
                writer.Write(annotation.Name);
                writer.WriteType(annotation.Type);
                Generic.Call<object>(WriteAnnotation<int>, annotation.Type.RawType, writer, column.Annotations, annotation);
            }
        }
    }

    public static DataViewSchema Read(BinaryReader reader)
    {
        var schema = new DataViewSchema.Builder();
        for (var columns = reader.ReadInt32(); columns > 0; columns--)
        {
            var (name, type) = (reader.ReadString(), reader.ReadType());
            var annotations = new DataViewSchema.Annotations.Builder();
            for (var kinds = reader.ReadInt32(); kinds > 0; kinds--)
            {
                var (kind, kindType) = (reader.ReadString(), reader.ReadType());
                annotations.Add(kind, kindType, Generic.Call<Delegate>(ReadAnnotation<int>, kindType.RawType, reader));
            }
            schema.AddColumn(name, type, annotations.ToAnnotations());
        }
        return schema.ToSchema();
    }

    private static void WriteAnnotation<T>(BinaryWriter writer, DataViewSchema.Annotations annotations,
        DataViewSchema.Column annotation)
    {
        T value = default;
        annotations.GetGetter<T>(annotation)(ref value);
        writer.WriteValue(value);
    }

    private static ValueGetter<T> ReadAnnotation<T>(BinaryReader reader)
    {
        var value = reader.ReadValue<T>();
        return (ref copy) => ValueCopy<T>.Copy(in value, ref copy);
    }
}
