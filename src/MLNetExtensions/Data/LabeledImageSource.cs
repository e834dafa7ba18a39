using MLNetExtensions.Networks;

namespace MLNetExtensions.Data;

/// <summary>Files of labelled images of one size, to be read from start to end as often as wanted.</summary>
internal abstract class LabeledImageSource
{
    /// <summary>[channels×height×width].</summary>
    public abstract TensorShape Shape { get; }

    /// <summary>The names of the classes, in the order of labels.</summary>
    public abstract IReadOnlyList<string> Classes { get; }

    /// <summary>The number of images.</summary>
    public abstract long Count { get; }

    /// <summary>Starts a reading.</summary>
    public abstract Reader Open();

    /// <summary>One reading.</summary>
    public abstract class Reader : IDisposable
    {
        /// <summary>Reads the next image, channel after channel and row after row, and its label.</summary>
        /// <returns>Whether there was one.</returns>
        /// <exception cref="FormatException">The file is truncated or holds an impossible
        /// label; the message names it.</exception>
        public abstract bool Read(Span<byte> pixels, out byte label);

        /// <summary>Closes the files.</summary>
        public abstract void Dispose();
    }
}
