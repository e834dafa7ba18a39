namespace MLNetExtensions.Networks;

/// <summary>Writes files beside their place and renames them into it, so that a failure on the way (a full disk, a
/// crash) never costs what was there.</summary>
internal static class AtomicFile
{
    /// <summary>Makes or replaces <paramref name="path"/> with what <paramref name="write"/> writes.</summary>
    /// <exception cref="IOException">The file can't be written; an earlier one is as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        string beside = $"{target}.{Guid.NewGuid():N}.tmp";
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
