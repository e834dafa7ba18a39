namespace Microsoft.ML.Data;

/// <summary>A cursor that moves with another one and reads through a row that is bound to it.</summary>
internal abstract class WrappingCursor(DataViewRowCursor input, DataViewRow row) : DataViewRowCursor
{
    protected DataViewRowCursor Input => input;
    public override DataViewSchema Schema => row.Schema;
    public override long Position => row.Position;
    public override long Batch => row.Batch;
    public override bool MoveNext() => input.MoveNext();
    public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);
    public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => row.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing) row.Dispose();
    }
}
