using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Tests;

/// <summary>A column of a <see cref="TableView"/>.</summary>
internal abstract class TableColumn(string name, DataViewType type, DataViewSchema.Annotations? annotations, int count)
{
    public string Name => name;

    public DataViewType Type => type;

    public DataViewSchema.Annotations? Annotations => annotations;

    public int Count => count;

    /// <summary>A getter of the value in row <paramref name="current"/>().</summary>
    public abstract Delegate CreateGetter(Func<int> current);

    public static TableColumn Scalar<T>(
        string name, DataViewType type, IEnumerable<T> values, DataViewSchema.Annotations? annotations = null) =>
        new Scalars<T>(name, type, [.. values], annotations);

    /// <summary>A column whose values are made when they are read.</summary>
    public static TableColumn Computed<T>(string name, DataViewType type, int count, Func<int, T> value) =>
        new Computations<T>(name, type, count, value);

    public static TableColumn Single(string name, params IEnumerable<float> values) =>
        Scalar(name, NumberDataViewType.Single, values);

    public static TableColumn Boolean(string name, params IEnumerable<bool> values) =>
        Scalar(name, BooleanDataViewType.Instance, values);

    public static TableColumn Text(string name, params IEnumerable<string> values) =>
        Scalar(name, TextDataViewType.Instance, values.Select(value => value.AsMemory()));

    /// <summary>A key column; key 0 is missing.</summary>
    public static TableColumn Key(
        string name, IEnumerable<uint> values, int keys, DataViewSchema.Annotations? annotations = null) =>
        Scalar(name, new KeyDataViewType(typeof(uint), keys), values, annotations);

    /// <summary>A vector column of known size, or of unknown size when <paramref name="dimensions"/> is [0].</summary>
    public static TableColumn Vector<T>(
        string name, PrimitiveDataViewType item, IEnumerable<T[]> values, int[]? dimensions = null,
            DataViewSchema.Annotations? annotations = null)
    {
        T[][] rows = [.. values];
        return new Vectors<T>(name, new VectorDataViewType(item, dimensions ?? [rows[0].Length]), rows, annotations);
    }

    /// <summary>A vector column of rows that store only some of their values.</summary>
    public static TableColumn Sparse<T>(
        string name, PrimitiveDataViewType item, int width, IEnumerable<(int[] Indices, T[] Values)> rows) =>
        new SparseVectors<T>(name, new VectorDataViewType(item, width), width, [.. rows]);

    /// <summary>An annotation that holds a vector: key values, slot names.</summary>
    public static DataViewSchema.Annotations Annotation<T>(string kind, PrimitiveDataViewType item, params T[] values)
    {
        DataViewSchema.Annotations.Builder builder = new();
        VBuffer<T> vector = new(values.Length, values);
        builder.Add(kind, new VectorDataViewType(item, values.Length), (ref VBuffer<T> value) => vector.CopyTo(ref value));
        return builder.ToAnnotations();
    }

    public static DataViewSchema.Annotations TextAnnotation(string kind, params string[] values) =>
        Annotation(kind, TextDataViewType.Instance, [.. values.Select(value => value.AsMemory())]);

    private sealed class Scalars<T>(string name, DataViewType type, T[] values, DataViewSchema.Annotations? annotations)
        : TableColumn(name, type, annotations, values.Length)
    {
        public override Delegate CreateGetter(Func<int> current) => (ValueGetter<T>)((ref T value) => value = values[current()]);
    }

    private sealed class Computations<T>(string name, DataViewType type, int count, Func<int, T> compute)
        : TableColumn(name, type, null, count)
    {
        public override Delegate CreateGetter(Func<int> current) =>
            (ValueGetter<T>)((ref T value) => value = compute(current()));
    }

    private sealed class SparseVectors<T>(string name, DataViewType type, int width, (int[] Indices, T[] Values)[] rows)
        : TableColumn(name, type, null, rows.Length)
    {
        public override Delegate CreateGetter(Func<int> current) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            (int[] indices, T[] values) = rows[current()];
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, width, values.Length);
            if (values.Length < width)
                indices.CopyTo(editor.Indices);
            values.CopyTo(editor.Values);
            value = editor.Commit();
        });
    }

    private sealed class Vectors<T>(string name, DataViewType type, T[][] values, DataViewSchema.Annotations? annotations)
        : TableColumn(name, type, annotations, values.Length)
    {
        // Into the consumer's buffer, as ML.NET's own getters write.
        public override Delegate CreateGetter(Func<int> current) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            T[] row = values[current()];
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, row.Length);
            row.CopyTo(editor.Values);
            value = editor.Commit();
        });
    }
}
