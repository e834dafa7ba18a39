using Microsoft.ML;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Folders of images that are none.</summary>
internal static class ImageFolderCases
{
    public static IEnumerable<BadInputCase> All =>
    [
        BadInputCase.Of<DirectoryNotFoundException>("image folder: none", () => Load("none"), "There is no folder", "none'"),
        BadInputCase.Of<DirectoryNotFoundException>("image folder: a file", () => Load("cat.png", "cat.png"),
            "There is no folder", "cat.png'"),
        BadInputCase.Of<InvalidDataException>("image folder: images without a folder of their class", () => Load("", "cat.png"),
            "has no folder with images in it", "a folder for each class", ".png"),
        BadInputCase.Of<InvalidDataException>("image folder: classes without images", () =>
            Load("", Path.Combine("cat", "notes.txt")),
            "has no folder with images in it", "a folder for each class"),
        BadInputCase.Of<ArgumentException>("image folder: no name", () => new MLContext().Data.LoadFromImageFolder(""), "empty"),
    ];

    private static void Load(string path, params string[] files)
    {
        using TempFolder folder = new();
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(file))!);
            folder.Write(file, [1]);
        }
        new MLContext().Data.LoadFromImageFolder(folder.File(path));
    }
}
