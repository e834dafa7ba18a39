using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// Files given by paths and patterns: "*" and "?", "dir/.../*.csv" for a folder and all below it, "a.csv+b.csv" for both.
/// </summary>
public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;

    public MultiFileSource(params string[] paths)
    {
        if (paths == null || paths is [null])
        {
            _paths = [];
            return;
        }
        string[] expanded = [.. paths.SelectMany(Expand)];
        _paths = expanded.Length > 0 ? expanded : paths; // a file that does not exist is reported when it is opened
    }

    public int Count => _paths.Length;

    public string GetPathOrNull(int index)
    {
        Contracts.CheckParam(0 <= index && index < Count, nameof(index));
        return _paths[index];
    }

    public Stream Open(int index)
    {
        var path = GetPathOrNull(index);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read);
        }
        catch (Exception e)
        {
            throw new IOException($"Could not open file '{path}'. Error is: {e.Message}", e);
        }
    }

    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));

    /// <summary>The existing files that a path or pattern means, in order and without repetition.</summary>
    internal static IReadOnlyList<string> Expand(string pattern)
    {
        if (pattern == null || pattern.IndexOfAny(['*', '?', '+']) < 0 && !pattern.Contains("..."))
            return File.Exists(pattern) ? [pattern] : [];
        var parts = pattern.Split('+', StringSplitOptions.RemoveEmptyEntries);
        return [.. parts.SelectMany(ExpandOne).Distinct(StringComparer.InvariantCultureIgnoreCase)];
    }

    private static IEnumerable<string> ExpandOne(string pattern)
    {
        if (pattern.Split("...", 2) is [var root, var rest])
            return FilesBelow(root.Length == 0 ? "." : root, rest.TrimStart('\\', '/') is { Length: > 0 } name ? name : "*")
                .Select(f => root.Length == 0 ? WithoutDot(f) : f);
        if (pattern.IndexOfAny(['*', '?']) < 0)
            return File.Exists(pattern) ? [pattern] : [];
        var folder = Path.GetDirectoryName(pattern) is { Length: > 0 } given ? given : ".";
        return Files(folder, Path.GetFileName(pattern)).Select(f => pattern.StartsWith("./") ? f : WithoutDot(f));
    }

    private static IEnumerable<string> FilesBelow(string folder, string name) =>
        Files(folder, name).Concat(Sorted(() => Directory.GetDirectories(folder)).SelectMany(below => FilesBelow(below, name)));

    private static string[] Files(string folder, string name) => Sorted(() => Directory.GetFiles(folder, name));

    /// <summary>Folders that are not there or must not be read hold no files.</summary>
    private static string[] Sorted(Func<string[]> list)
    {
        try
        {
            return [.. list().Order()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }

    private static string WithoutDot(string path) => path.StartsWith("./") || path.StartsWith(".\\") ? path[2..] : path;
}
