namespace MLNetExtensions.Conformance;

/// <summary>The lists of types and members of the real assemblies: a header line, and its members indented below.</summary>
public sealed class RecordedApi
{
    private readonly Dictionary<string, (string Header, HashSet<string> Members)> _types = [];

    public RecordedApi(params IEnumerable<string> files)
    {
        HashSet<string> members = null;
        foreach (var line in files.SelectMany(File.ReadLines))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.StartsWith("    ")) members.Add(line.Trim());
            else _types[NameIn(line)] = (line, members = []);
        }
    }

    public int Count => _types.Count;

    /// <summary>The recorded header and members of a type, or null.</summary>
    public (string Header, HashSet<string> Members)? Find(Type type) =>
        _types.TryGetValue(ApiFormat.Name(type), out var found) ? found : null;

    private static string NameIn(string header)
    {
        var words = header.Split([" : ", " where "], 2, StringSplitOptions.None)[0];
        return words[(words.IndexOf("Microsoft.ML", StringComparison.Ordinal))..];
    }
}
