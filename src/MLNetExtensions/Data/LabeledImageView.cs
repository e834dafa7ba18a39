using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using MLNetExtensions.Transformers;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Data;

/// <summary>Labelled images as data: <c>Label</c>, a key with the names of the classes, and <c>Features</c>, the pixels as a
/// vector of bytes. Streams from the files; nothing is kept.</summary>
internal sealed class LabeledImageView : IDataView
{
    public const string Label = "Label", Features = "Features";

    private readonly LabeledImageSource _source;

    public LabeledImageView(LabeledImageSource source)
    {
        _source = source;
        DataViewSchema.Annotations.Builder names = new();
        VBuffer<ReadOnlyMemory<char>> classes = new(source.Classes.Count, [.. source.Classes.Select(name => name.AsMemory())]);
        names.Add<VBuffer<ReadOnlyMemory<char>>>(
            AnnotationKinds.KeyValues, new VectorDataViewType(TextDataViewType.Instance, source.Classes.Count),
            (ref VBuffer<ReadOnlyMemory<char>> value) => classes.CopyTo(ref value));
        DataViewSchema.Builder schema = new();
        schema.AddColumn(Label, new KeyDataViewType(typeof(uint), source.Classes.Count), names.ToAnnotations());
        schema.AddColumn(Features, new VectorDataViewType(NumberDataViewType.Byte, source.Shape.Dimensions.ToArray()));
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _source.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = new bool[Schema.Count];
        foreach (Column column in columnsNeeded)
            active[column.Index] = true;
        return new Cursor(this, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(LabeledImageView view, bool[] active) : DataViewRowCursor
    {
        private readonly LabeledImageSource.Reader _reader = view._source.Open();
        private readonly byte[] _pixels = new byte[view._source.Shape.Size];
        private byte _label;
        private long _position = -1;
        private bool _ended;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (_ended || !_reader.Read(_pixels, out _label))
            {
                (_ended, _position) = (true, -1);
                return false;
            }
            _position++;
            return true;
        }

        public override bool IsColumnActive(Column column) => active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId value) => value = new DataViewRowId((ulong)CheckedPosition(), 0);

        public override ValueGetter<TValue> GetGetter<TValue>(Column column)
        {
            ActiveColumns.Check(active, column);
            Delegate getter = column.Name == Label
                ? (ValueGetter<uint>)((ref uint value) =>
                {
                    CheckedPosition();
                    value = _label + 1u;
                })
                : (ValueGetter<VBuffer<byte>>)((ref VBuffer<byte> value) =>
                {
                    CheckedPosition();
                    VBufferEditor<byte> editor = VBufferEditor.Create(ref value, _pixels.Length);
                    _pixels.CopyTo(editor.Values);
                    value = editor.Commit();
                });
            return ActiveColumns.Cast<TValue>(getter, column);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _reader.Dispose();
            base.Dispose(disposing);
        }

        private long CheckedPosition() => _position >= 0 ? _position : throw ActiveColumns.NoRow();
    }
}
