using System.Globalization;

namespace MLNetExtensions.Networks.Onnx;

/// <summary>Reads tensors that a model keeps in files beside it. A model may come from anywhere, so what it names must lie in its
/// own folder.</summary>
internal static class ExternalData
{
    /// <exception cref="FormatException">The file is missing, too short or not in the model's folder.</exception>
    public static byte[] Read(string? folder, TensorProto tensor, string name, long byteCount)
    {
        string Entry(string key) => tensor.ExternalData.LastOrDefault(entry => entry.Key == key)?.Value ?? "";
        string location = Entry("location");
        if (folder is null)
            throw new FormatException(
                $"the tensor '{name}' is in the file '{location}' beside the model; load the model by its path.");
        string path = Resolve(folder, location)
            ?? throw new FormatException($"the tensor '{name}' is in the file '{location}', which is not in the model's folder.");
        long offset = Number("offset", 0);
        try
        {
            using FileStream file = File.OpenRead(path);
            long length = Number("length", Math.Max(file.Length - offset, 0));
            if (length != byteCount || offset > file.Length - length)
                throw new FormatException(
                    $"the tensor '{name}' takes {byteCount} bytes, but is said to be {length} at {offset} of '{location}', " +
                    $"which has {file.Length}.");
            byte[] bytes = new byte[length];
            file.Position = offset;
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"the tensor '{name}' can't be read from '{location}': {e.Message}", e);
        }

        long Number(string key, long missing) => Entry(key) is not { Length: > 0 } text
            ? missing
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                ? value
                : throw new FormatException($"the tensor '{name}' has the {key} '{text}'.");
    }

    /// <summary>The full path of a file in the folder or below; null when it leads elsewhere, by itself or as a link.</summary>
    private static string? Resolve(string folder, string location)
    {
        if (location.Length == 0 || location.Contains('\0') || Path.IsPathRooted(location))
            return null;
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        string path = Path.GetFullPath(Path.Combine(root, location));
        for (string? part = path; part is not null && part.Length >= root.Length; part = Path.GetDirectoryName(part))
        {
            if (new FileInfo(part).LinkTarget is not null)
                return null;
        }
        return path.StartsWith(root, StringComparison.Ordinal) ? path : null;
    }
}
