using System.Runtime.InteropServices;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>
/// libtorch asks NNPACK before every convolution that it does not give to oneDNN (of a single image, or in Double). On processors
/// that NNPACK does not recognise, as in many virtual machines, it answers each time with a warning on standard error. TorchSharp
/// has no switch for it, so libtorch's own one is called; other kernels then do the little that NNPACK would do.
/// </summary>
internal static unsafe class Nnpack
{
    private const string GlobalContext = "_ZN2at13globalContextEv";
    private const string UserEnabled = "_ZNK2at7Context17userEnabledNNPACKEv";
    private const string SetUserEnabled = "_ZN2at7Context20setUserEnabledNNPACKEb";

    /// <summary>Whether libtorch may use it; null where it has none.</summary>
    public static bool? IsOn =>
        Find(UserEnabled, out nint context, out nint function) ? ((delegate* unmanaged<nint, byte>)function)(context) != 0 : null;

    /// <summary>Switches it off for this process. Nothing happens where libtorch has none, as on Windows.</summary>
    public static void SwitchOff()
    {
        if (Find(SetUserEnabled, out nint context, out nint function))
            ((delegate* unmanaged<nint, byte, void>)function)(context, 0);
    }

    /// <summary>Finds libtorch's settings and a method of them, by the names that C++ compilers on Linux give.</summary>
    private static bool Find(string method, out nint context, out nint function)
    {
        (context, function) = (0, 0);
        if (!OperatingSystem.IsLinux() ||
            !NativeLibrary.TryLoad("libtorch_cpu.so", out nint library) ||
            !NativeLibrary.TryGetExport(library, GlobalContext, out nint globalContext) ||
            !NativeLibrary.TryGetExport(library, method, out function))
        {
            return false;
        }
        context = ((delegate* unmanaged<nint>)globalContext)();
        return true;
    }
}
