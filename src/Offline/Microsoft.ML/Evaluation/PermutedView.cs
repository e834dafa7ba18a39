namespace Microsoft.ML.Data;

/// <summary>The first rows of a data set, in which one slot of a vector column has other values.</summary>
internal sealed class PermutedView(IDataView data, DataViewSchema.Column column, int slot, float[] values) : IDataView
{
    public DataViewSchema Schema => data.Schema;
    public bool CanShuffle => false;
    public long? GetRowCount() => values.Length;
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(data.GetRowCursor(columnsNeeded), column, slot, values);
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema.Column column, int slot, float[] values)
        : WrappingCursor(input, input)
    {
        public override bool MoveNext() => Position + 1 < values.Length && Input.MoveNext();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column wanted)
        {
            if (wanted.Index != column.Index) return Input.GetGetter<TValue>(wanted);
            var get = Input.GetGetter<VBuffer<float>>(column);
            VBuffer<float> original = default;
            return ((ValueGetter<VBuffer<float>>)Permuted).As<TValue>(wanted);

            void Permuted(ref VBuffer<float> features)
            {
                get(ref original);
                original.CopyToDense(ref features);
                VBufferEditor.CreateFromBuffer(ref features).Values[slot] = values[Input.Position];
            }
        }
    }
}
