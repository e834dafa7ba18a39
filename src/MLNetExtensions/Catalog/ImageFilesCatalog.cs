using MLNetExtensions.Data;

namespace Microsoft.ML;

/// <summary>Loads image data sets in the formats of MNIST and CIFAR-10.</summary>
public static class ImageFilesCatalog
{
    /// <summary>
    /// Loads grey images from a pair of idx files, compressed or not (MNIST, Fashion-MNIST). Columns: <c>Label</c>, a key;
    /// <c>Features</c>, the pixels as a vector of bytes [1×height×width]. The files are streamed each time the data is read.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="imagesPath">The images, for instance <c>train-images-idx3-ubyte.gz</c>.</param>
    /// <param name="labelsPath">The labels, for instance <c>train-labels-idx1-ubyte.gz</c>.</param>
    /// <param name="classNames">The names of the classes in the order of labels; null for the digits 0 to 9.</param>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="FormatException">A file is of another format, truncated, or the two don't belong
    /// together; the message names it.</exception>
    public static IDataView LoadFromIdxFiles(
        this DataOperationsCatalog catalog, string imagesPath, string labelsPath, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new LabeledImageView(new IdxImageSource(imagesPath, labelsPath, classNames));
    }

    /// <summary>
    /// Loads colour images from files of the binary version of CIFAR-10, one after the other. Columns: <c>Label</c>,
    /// a key with the names of the classes; <c>Features</c>, the pixels as a vector of bytes [3×32×32]. The files
    /// are streamed each time the data is read.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="paths">The files, for instance <c>data_batch_1.bin</c>.</param>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="FormatException">A file is of another format or truncated; the message names it.</exception>
    public static IDataView LoadFromCifar10Files(this DataOperationsCatalog catalog, params IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new LabeledImageView(new Cifar10ImageSource(paths));
    }
}
