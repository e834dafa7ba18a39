using MLNetExtensions.Networks;

namespace MLNetExtensions.Data;

/// <summary>The binary version of CIFAR-10 (Krizhevsky, 2009): records of a label byte and 3×32×32
/// bytes, red, green and blue plane.</summary>
internal sealed class Cifar10ImageSource : LabeledImageSource
{
    private const int Side = 32, RecordLength = 1 + 3 * Side * Side;

    private readonly IReadOnlyList<string> _paths;

    /// <exception cref="FormatException">A file is no whole number of records, or empty.</exception>
    public Cifar10ImageSource(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0)
            throw new ArgumentException("Name at least one file of CIFAR-10 (data_batch_1.bin …).", nameof(paths));
        _paths = paths;
        foreach (string path in paths)
        {
            FileInfo file = new(path);
            if (!file.Exists)
                throw new FileNotFoundException($"There is no file '{path}'.", path);
            if (file.Length == 0 || file.Length % RecordLength != 0)
                throw new FormatException(
                    $"'{path}' has {file.Length} bytes, which is no whole number of CIFAR-10 records of {RecordLength}: it is " +
                    "truncated or of another format (the binary version is needed, not the Python or Matlab one).");
            Count += file.Length / RecordLength;
        }
    }

    public override TensorShape Shape { get; } = new(3, Side, Side);

    public override IReadOnlyList<string> Classes { get; } =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    public override long Count { get; }

    public override Reader Open() => new RecordReader(this);

    private sealed class RecordReader(Cifar10ImageSource source) : Reader
    {
        private readonly byte[] _record = new byte[RecordLength];
        private FileStream? _file;
        private int _next;

        public override bool Read(Span<byte> pixels, out byte label)
        {
            label = 0;
            while (_file is null || _file.Position >= _file.Length)
            {
                _file?.Dispose();
                _file = null;
                if (_next == source._paths.Count)
                    return false;
                _file = new(
                    source._paths[_next++], FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16,
                    FileOptions.SequentialScan);
            }
            string path = source._paths[_next - 1];
            try
            {
                _file.ReadExactly(_record);
            }
            catch (EndOfStreamException e)
            {
                throw new FormatException($"'{path}' is truncated: it ends within a record of CIFAR-10.", e);
            }
            label = _record[0];
            if (label >= source.Classes.Count)
                throw new FormatException(
                    $"'{path}' has the label {label} in record {_file.Position / RecordLength - 1}, but CIFAR-10 has " +
                    $"{source.Classes.Count} classes: it is of another format.");
            _record.AsSpan(1).CopyTo(pixels);
            return true;
        }

        public override void Dispose() => _file?.Dispose();
    }
}
