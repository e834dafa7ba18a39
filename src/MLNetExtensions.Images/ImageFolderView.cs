using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using MLNetExtensions.Data;
using MLNetExtensions.Interop;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Images;

/// <summary>The images of a folder as data. They are decoded as they are read, and nothing is kept.</summary>
internal sealed class ImageFolderView : IDataView
{
    public const string Label = "Label", Image = "Image", ImagePath = "ImagePath";

    /// <summary>The unreadable files that a warning names.</summary>
    private const int MostNamed = 10;

    private readonly IHost _host;
    private readonly ImageFolder _folder;

    public ImageFolderView(IHostEnvironment env, ImageFolder folder)
    {
        (_host, _folder) = (env.Register(nameof(ImageFolderView)), folder);
        DataViewSchema.Annotations.Builder names = new();
        VBuffer<ReadOnlyMemory<char>> classes = new(folder.Classes.Count, [.. folder.Classes.Select(name => name.AsMemory())]);
        names.Add<VBuffer<ReadOnlyMemory<char>>>(
            AnnotationKinds.KeyValues, new VectorDataViewType(TextDataViewType.Instance, folder.Classes.Count),
            (ref VBuffer<ReadOnlyMemory<char>> value) => classes.CopyTo(ref value));
        DataViewSchema.Builder schema = new();
        schema.AddColumn(Label, new KeyDataViewType(typeof(uint), folder.Classes.Count), names.ToAnnotations());
        schema.AddColumn(Image, new ImageDataViewType());
        schema.AddColumn(ImagePath, TextDataViewType.Instance);
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    /// <summary>Unknown: which files can't be read is known only after they were.</summary>
    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<Column> columnsNeeded, Random? rand = null)
    {
        int[] order = [.. Enumerable.Range(0, _folder.Files.Count)];
        rand?.Shuffle(order);
        return new Cursor(this, columnsNeeded, order);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>The image in a file; null when it can't be decoded.</summary>
    private static MLImage? Decode(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return MLImage.CreateFromStream(stream);
        }
        // A file that is gone or locked, and what the decoder says of one that is no image.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Every file is decoded even when nobody asks for the image, so that the rows are the same whatever is read of
    /// them.</summary>
    private sealed class Cursor(ImageFolderView view, IEnumerable<Column> columnsNeeded, int[] order)
        : ForwardCursor(view.Schema, columnsNeeded)
    {
        private readonly List<string> _unreadable = [];
        private MLImage? _image;
        private int _next, _file = -1;

        protected override long Row => _file;

        protected override bool Read()
        {
            while (_next < order.Length)
            {
                _image?.Dispose();
                _file = order[_next++];
                string path = view._folder.Files[_file].Path;
                _image = Decode(path);
                if (_image is not null)
                    return true;
                _unreadable.Add(path);
            }
            if (_unreadable.Count > 0)
                WarnOfUnreadable();
            return false;
        }

        protected override Delegate CreateGetter(string column) => column switch
        {
            Label => (ValueGetter<uint>)((ref uint value) => value = CurrentFile().Key),
            ImagePath => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                value = CurrentFile().Path.AsMemory()),
            _ => (ValueGetter<MLImage>)((ref MLImage value) =>
            {
                RequireRow();
                // As ML.NET's own loader: what the consumer hands back is done with, and what it gets is its own.
                value?.Dispose();
                value = MLImage.CreateFromPixels(_image!.Width, _image.Height, _image.PixelFormat, _image.Pixels);
            }),
        };

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _image?.Dispose();
            _image = null;
            base.Dispose(disposing);
        }

        private (string Path, uint Key) CurrentFile()
        {
            RequireRow();
            return view._folder.Files[_file];
        }

        private void WarnOfUnreadable()
        {
            using IChannel channel = view._host.Start("Reading images");
            string more = _unreadable.Count > MostNamed ? $" and {_unreadable.Count - MostNamed} more" : "";
            channel.Warning(
                MessageSensitivity.None, "Left out {0} files of '{1}' that can't be read as images: {2}{3}.", _unreadable.Count,
                view._folder.Path,
                string.Join(
                    ", ", _unreadable.Take(MostNamed).Select(path => System.IO.Path.GetRelativePath(view._folder.Path, path))),
                more);
        }
    }
}
