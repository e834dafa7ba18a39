namespace Microsoft.ML.Data;

/// <summary>Computes an output value from an input value; the output's buffers may be reused.</summary>
internal delegate void ValueMapper<TIn, TOut>(in TIn input, ref TOut output);

/// <summary>An output column of a row-to-row transform, the input columns it needs, and how to read it.</summary>
internal sealed record MappedColumn(DataViewSchema.DetachedColumn Column, int[] Dependencies,
    Func<DataViewRow, Delegate> MakeGetter)
{
    /// <summary>A column of type T read from any number of input columns.</summary>
    public static MappedColumn Create<T>(string name, DataViewType type, DataViewSchema.Annotations annotations,
        IEnumerable<DataViewSchema.Column> inputs, Func<DataViewRow, ValueGetter<T>> makeGetter) =>
        new(new(name, type, annotations), inputs.Select(c => c.Index).ToArray(), makeGetter);

    /// <summary>A column computed value by value from one input column.</summary>
    public static MappedColumn Map<TIn, TOut>(string name, DataViewType type, DataViewSchema.Annotations annotations,
        DataViewSchema.Column input, ValueMapper<TIn, TOut> mapper) =>
        Create<TOut>(name, type, annotations, [input], row =>
        {
            var read = row.Reader<TIn>(row.Schema[input.Index]);
            return (ref output) => mapper(read(), ref output);
        });

    /// <summary>Another input column under a new name.</summary>
    public static MappedColumn Copy(string name, DataViewSchema.Column input) =>
        new(new(name, input.Type, input.Annotations), [input.Index], row => row.GetGetter(row.Schema[input.Index]));
}
