using System.Text.RegularExpressions;

namespace MLNetExtensions.Conformance;

/// <summary>The lists of types and members of the real assemblies: a header line, and its members indented below.</summary>
public sealed partial class RecordedApi
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

    // what follows the word that says which kind of type it is; a name can have blanks between its generic arguments
    private static string NameIn(string header) => Header().Match(header.Split([" : ", " where "], 2, StringSplitOptions.None)[0]).Groups[1].Value;

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|delegate) (.*)$")]
    private static partial Regex Header();
}
