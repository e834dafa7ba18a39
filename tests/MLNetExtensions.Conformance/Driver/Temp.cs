namespace MLNetExtensions.Conformance;

/// <summary>Scratch files of the cases, gone when the process ends.</summary>
public static class Temp
{
    public static readonly string Root = Directory.CreateTempSubdirectory("mlnet-conformance-").FullName;
    private static int _count;

    static Temp() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Root, recursive: true);

    public static string File(string extension) => Path.Combine(Root, $"f{Interlocked.Increment(ref _count)}{extension}");
}
