namespace MLNetExtensions.Networks;

/// <summary>Writes files beside their place and renames them into it, so that a failure on the way (a full disk, a
/// crash) never costs what was there.</summary>
internal static class AtomicFile
{
    private const string Extension = ".tmp";

    /// <summary>Deletes what is left of attempts to write a file whose process was killed. Nobody else may be writing
    /// it.</summary>
    public static void RemoveLeftovers(string path)
    {
        DirectoryInfo folder = new(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!folder.Exists)
            return;
        foreach (FileInfo file in folder.GetFiles($"{Path.GetFileName(path)}.*{Extension}"))
            file.Delete();
    }

    /// <summary>Gives the content of a file a second name, replacing what has it.</summary>
    /// <exception cref="IOException">The file can't be written; an earlier one is as it was.</exception>
    public static void Copy(string source, string path)
    {
        using FileStream content = File.OpenRead(source);
        Write(path, content.CopyTo);
    }

    /// <summary>Makes or replaces <paramref name="path"/> with what <paramref name="write"/> writes.</summary>
    /// <exception cref="IOException">The file can't be written; an earlier one is as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        string beside = $"{target}.{Guid.NewGuid():N}{Extension}";
        try
        {
            using (FileStream stream = new(beside, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, target, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
