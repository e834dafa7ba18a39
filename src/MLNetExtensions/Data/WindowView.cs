using Microsoft.ML;
using Microsoft.ML.Data;
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

    public DataViewRowCursor GetRowCursor(IEnumerable<Column> columnsNeeded, Random? rand = null) => new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(WindowView view, IEnumerable<Column> columnsNeeded) : ForwardCursor(view.Schema, columnsNeeded)
    {
        private int _next;

        protected override bool Read() => _next++ < view._count;

        protected override Delegate CreateGetter(string column) => column switch
        {
            Features => Getter(-view._length, view._length),
            Label => Getter(0, view._horizon),
            _ => (ValueGetter<DateTime>)((ref DateTime value) => value = view._series.TimeOf(Step())),
        };

        /// <summary>A getter of so many steps of every series, from so many behind the first of the label.</summary>
        private ValueGetter<VBuffer<float>> Getter(int offset, int count) => (ref VBuffer<float> value) =>
        {
            int start = Step() + offset;
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, view._series.Count * count);
            for (int i = 0; i < view._series.Count; i++)
                view._series[i].Slice(start, count).CopyTo(editor.Values[(i * count)..]);
            value = editor.Commit();
        };

        /// <summary>The first step of the label.</summary>
        private int Step()
        {
            RequireRow();
            return view._first + (int)Row * view._stride;
        }
    }
}
