// PublicizeReferences LIST FOLDER ASSEMBLY...
//
// Copies the assemblies that LIST names into FOLDER, with the internal types and members of the list flagged public: references for
// the compiler only. The list looks like this; one line a type, followed by those of its members that are internal:
//
//     [Assembly.Name]
//     Namespace.Type+Nested   .ctor Method Property Field
using PublicizeReferences;

(string list, string folder) = (args[0], args[1]);
ILookup<string, string> paths = args[2..].ToLookup(path => Path.GetFileNameWithoutExtension(path));
try
{
    Directory.CreateDirectory(folder);
    foreach ((string assembly, List<InternalType> types) in InternalApiList.Read(list))
    {
        string source = paths[assembly].FirstOrDefault() ?? throw new InvalidDataException($"[{assembly}] is not among the references.");
        File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(source)), Publicizer.Publicize(source, types));
    }
    return 0;
}
catch (InvalidDataException e)
{
    Console.Error.WriteLine($"{list} : error PUB0001: {e.Message}");
    return 1;
}
