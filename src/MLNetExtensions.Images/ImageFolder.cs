namespace MLNetExtensions.Images;

/// <summary>A folder of images: one folder a class, whose name is the class, with images in it or in folders below.</summary>
internal sealed class ImageFolder
{
    /// <summary>What the decoder reads.</summary>
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"];

    /// <summary>Lists the images. None is opened.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no folder with images.</exception>
    public ImageFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(Path))
            throw new DirectoryNotFoundException($"There is no folder '{Path}'.");
        // Sorted by code points: the classes and their order are the same on every system.
        (string Name, string[] Files)[] classes = [.. Directory.EnumerateDirectories(Path).Order(StringComparer.Ordinal)
            .Select(folder => (System.IO.Path.GetFileName(folder), ImagesIn(folder))).Where(folder => folder.Item2.Length > 0)];
        if (classes.Length == 0)
            throw new InvalidDataException(
                $"'{Path}' has no folder with images in it. It must have a folder for each class, with files of type " +
                $"{string.Join(", ", Extensions)}.");
        Classes = [.. classes.Select(folder => folder.Name)];
        Files = [.. classes.SelectMany((folder, index) => folder.Files.Select(file => (file, (uint)index + 1)))];
    }

    public string Path { get; }

    /// <summary>The names of the classes, in order.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The images by class, and the key of each one's class.</summary>
    public IReadOnlyList<(string Path, uint Key)> Files { get; }

    private static string[] ImagesIn(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(file => Extensions.Contains(System.IO.Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)];
}
