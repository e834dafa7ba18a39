using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
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

    public DataViewRowCursor GetRowCursor(IEnumerable<Column> columnsNeeded, Random? rand = null) => new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(LabeledImageView view, IEnumerable<Column> columnsNeeded) : ForwardCursor(view.Schema, columnsNeeded)
    {
        private readonly LabeledImageSource.Reader _reader = view._source.Open();
        private readonly byte[] _pixels = new byte[view._source.Shape.Size];
        private byte _label;

        protected override bool Read() => _reader.Read(_pixels, out _label);

        protected override Delegate CreateGetter(string column) => column == Label
            ? (ValueGetter<uint>)((ref uint value) =>
            {
                RequireRow();
                value = _label + 1u;
            })
            : (ValueGetter<VBuffer<byte>>)((ref VBuffer<byte> value) =>
            {
                RequireRow();
                VBufferEditor<byte> editor = VBufferEditor.Create(ref value, _pixels.Length);
                _pixels.CopyTo(editor.Values);
                value = editor.Commit();
            });

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _reader.Dispose();
            base.Dispose(disposing);
        }
    }
}
