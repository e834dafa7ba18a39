using MLNetExtensions.Images;
using MLNetExtensions.Interop;

namespace Microsoft.ML;

/// <summary>Loads folders of images.</summary>
public static class ImageFolderCatalog
{
    /// <summary>
    /// Loads the images of a folder that has a folder for each class (<c>flowers/roses/1.jpg</c>). Columns: <c>Label</c>, a key
    /// with the names of the folders, sorted; <c>Image</c>, the decoded image, for ML.NET's <c>ResizeImages</c> and
    /// <c>ExtractPixels</c>; <c>ImagePath</c>, its file. Images are decoded as they are read, so that a set of any size streams.
    /// Files that can't be read are left out, counted and named by a warning in the log.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="path">The folder. Images are .jpg, .jpeg, .png, .bmp, .gif and .webp files in its folders, at any
    /// depth.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no folder with images.</exception>
    public static IDataView LoadFromImageFolder(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ImageFolderView(MLNetInternals.Environment(catalog), new(path));
    }
}
