using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Transformers;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Data;

/// <summary>Windows that slide over series: <c>Features</c>, [series×length], what is known before a step, and <c>Label</c>,
/// [series×horizon], the values from that step on; with times, that of the step too.</summary>
internal sealed class WindowView : IDataView
{
    public const string Features = "Features", Label = "Label";

    private readonly SeriesTable _series;
    private readonly int _length, _horizon, _first, _stride, _count;

    /// <param name="series">The series.</param>
    /// <param name="length">Steps that are known.</param>
    /// <param name="horizon">Steps behind them; 0 for none.</param>
    /// <param name="stride">Steps from one window to the next.</param>
    /// <param name="first">The first step of the first window's label.</param>
    /// <param name="count">The number of windows.</param>
    public WindowView(SeriesTable series, int length, int horizon, int stride, int first, int count)
    {
        (_series, _length, _horizon, _stride, _first, _count) = (series, length, horizon, stride, first, count);
        DataViewSchema.Builder schema = new();
        if (series.TimeColumnName is not null)
            schema.AddColumn(series.TimeColumnName, DateTimeDataViewType.Instance);
        schema.AddColumn(Features, new VectorDataViewType(NumberDataViewType.Single, series.Count, length));
        if (horizon > 0)
            schema.AddColumn(Label, new VectorDataViewType(NumberDataViewType.Single, series.Count, horizon));
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _count;

    public DataViewRowCursor GetRowCursor(IEnumerable<Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = new bool[Schema.Count];
        foreach (Column column in columnsNeeded)
            active[column.Index] = true;
        return new Cursor(this, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(WindowView view, bool[] active) : DataViewRowCursor
    {
        private int _position = -1;
        private bool _ended;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            _ended |= _position + 1 >= view._count;
            _position = _ended ? -1 : _position + 1;
            return !_ended;
        }

        public override bool IsColumnActive(Column column) => active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId value) => value = new((ulong)CheckedPosition(), 0);

        public override ValueGetter<TValue> GetGetter<TValue>(Column column)
        {
            ActiveColumns.Check(active, column);
            Delegate getter = column.Name switch
            {
                Features => Getter(-view._length, view._length),
                Label => Getter(0, view._horizon),
                _ => (ValueGetter<DateTime>)((ref DateTime value) => value = view._series.TimeOf(Step())),
            };
            return ActiveColumns.Cast<TValue>(getter, column);
        }

        /// <summary>A getter of so many steps of every series, from so many behind the first of the label.</summary>
        private ValueGetter<VBuffer<float>> Getter(int offset, int count) => (ref VBuffer<float> value) =>
        {
            int start = Step() + offset;
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, view._series.Count * count);
            for (int i = 0; i < view._series.Count; i++)
                view._series[i].Slice(start, count).CopyTo(editor.Values[(i * count)..]);
            value = editor.Commit();
        };

        private int Step() => view._first + CheckedPosition() * view._stride;

        private int CheckedPosition() => _position >= 0 ? _position : throw ActiveColumns.NoRow();
    }
}
