namespace PublicizeReferences;

/// <summary>A line of the list: a type, and the internal members of it that are wanted.</summary>
internal sealed record InternalType(string Name, string[] Members);

/// <summary>The list of internal API that a project uses.</summary>
internal static class InternalApiList
{
    public static Dictionary<string, List<InternalType>> Read(string path)
    {
        Dictionary<string, List<InternalType>> assemblies = [];
        List<InternalType>? types = null;
        foreach (string line in File.ReadLines(path).Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0))
        {
            if (line is ['[', .. var assembly, ']'])
            {
                assemblies.Add(assembly, types = []);
                continue;
            }
            string[] names = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            (types ?? throw new InvalidDataException($"'{line}' stands before any [Assembly.Name].")).Add(new(names[0], names[1..]));
        }
        return assemblies;
    }
}
