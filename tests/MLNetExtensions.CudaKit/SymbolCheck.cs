using System.Runtime.InteropServices;

namespace MLNetExtensions.CudaKit;

/// <summary>
/// Whether a libtorch has all that TorchSharp's native library calls. That was compiled against another build of it, and the
/// system's loader looks for a function only when it is called first: a missing one would end the process in the middle of the work.
/// </summary>
internal static class SymbolCheck
{
    private const string Native = "libLibTorchSharp.so";

    /// <summary>Looks up every symbol in libtorch and in what it loads.</summary>
    /// <param name="folder">Where libtorch.so lies.</param>
    /// <param name="results">Gets the count.</param>
    /// <returns>The exit code: 0, 1 when symbols are missing, 2 when libtorch can't be loaded.</returns>
    public static int Run(string folder, ResultFile results)
    {
        IReadOnlyList<string> wanted = ElfImports.Read(Path.Combine(AppContext.BaseDirectory, Native));
        nint libtorch;
        try
        {
            // With it come libtorch_cpu, libtorch_cuda, libc10, the C and the C++ library: the search goes through them all.
            libtorch = NativeLibrary.Load(Path.Combine(Path.GetFullPath(folder), "libtorch.so"));
        }
        catch (DllNotFoundException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
        string[] missing = [.. wanted.Where(name => !NativeLibrary.TryGetExport(libtorch, name, out _))];
        foreach (string name in missing)
            Console.WriteLine($"missing: {name}");
        results.Add("symbols that TorchSharp finds", $"{wanted.Count - missing.Length} of {wanted.Count}");
        return missing.Length == 0 ? 0 : 1;
    }
}
