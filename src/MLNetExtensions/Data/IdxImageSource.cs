using MLNetExtensions.Networks;

namespace MLNetExtensions.Data;

/// <summary>Grey images and their labels in a pair of idx files: MNIST, Fashion-MNIST, KMNIST and so on.</summary>
internal sealed class IdxImageSource : LabeledImageSource
{
    private readonly string _imagesPath, _labelsPath;

    /// <exception cref="FormatException">A file is of another format, or they don't belong together.</exception>
    public IdxImageSource(string imagesPath, string labelsPath, IReadOnlyList<string>? classes)
    {
        (_imagesPath, _labelsPath) = (imagesPath, labelsPath);
        using IdxFile images = new(imagesPath, rank: 3), labels = new(labelsPath, rank: 1);
        if (images.Dimensions[0] != labels.Dimensions[0])
            throw new FormatException(
                $"'{imagesPath}' has {images.Dimensions[0]} images but '{labelsPath}' {labels.Dimensions[0]} labels.");
        Count = images.Dimensions[0];
        Shape = new(1, images.Dimensions[1], images.Dimensions[2]);
        Classes = classes ?? [.. Enumerable.Range(0, 10).Select(digit => digit.ToString())];
    }

    public override TensorShape Shape { get; }

    public override IReadOnlyList<string> Classes { get; }

    public override long Count { get; }

    public override Reader Open() => new PairReader(this);

    private sealed class PairReader(IdxImageSource source) : Reader
    {
        private readonly IdxFile _images = new(source._imagesPath, rank: 3), _labels = new(source._labelsPath, rank: 1);
        private long _read;

        public override bool Read(Span<byte> pixels, out byte label)
        {
            label = 0;
            if (_read == source.Count)
            {
                _images.Finish();
                _labels.Finish();
                return false;
            }
            _images.Fill(pixels);
            _labels.Fill(new Span<byte>(ref label));
            if (label >= source.Classes.Count)
                throw new FormatException(
                    $"'{source._labelsPath}' has the label {label} at {_read}, but there are {source.Classes.Count} classes. " +
                    "Give the names of all classes (classNames).");
            _read++;
            return true;
        }

        public override void Dispose()
        {
            _images.Dispose();
            _labels.Dispose();
        }
    }
}
