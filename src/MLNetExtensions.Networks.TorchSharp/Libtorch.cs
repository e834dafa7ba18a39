using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Finds the native library and its devices, and says what to do where they are missing.</summary>
internal static partial class Libtorch
{
    private static readonly Lazy<Exception?> Loading = new(Load);

    /// <summary>Why libtorch can't be used; null when it can.</summary>
    public static Exception? LoadError => Loading.Value;

    /// <summary>Throws unless libtorch is there.</summary>
    public static void RequireLoaded()
    {
        if (LoadError is { } error)
            throw Explain(error);
    }

    /// <summary>What to do about an error of loading.</summary>
    public static InvalidOperationException Explain(Exception error) => new(
        "The TorchSharp engine needs libtorch, which could not be loaded: " + (TooNewFor(error) is { } version
            ? $"the native library of this version of TorchSharp wants a newer C++ runtime ({version}) than the system's; use " +
                "a system that has it, as Debian 13, Ubuntu 24.04 and newer ones do, or a container of one."
            : "reference TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows in the application, in the version " +
                "of the TorchSharp that it uses."),
        error);

    /// <summary>The version of the C or C++ library that the native library asks for in vain; null when something else is
    /// wrong.</summary>
    public static string? TooNewFor(Exception error) =>
        error is DllNotFoundException && MissingVersion().Match(error.Message) is { Success: true } match
            ? match.Groups["version"].Value
            : null;

    /// <summary>The device of a name.</summary>
    public static torch.Device Open(string name)
    {
        string[] parts = name.Split(':');
        int index = 0;
        bool valid = parts is ["cpu"] or ["cuda"] ||
            (parts is ["cuda", _] && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index));
        if (!valid)
            throw new ArgumentException($"'{name}' is no device; it is cpu, cuda or cuda:N.", "device");
        if (parts[0] == "cuda")
        {
            if (!torch.cuda.is_available())
                throw new InvalidOperationException(
                    $"There is no CUDA device for '{name}'. CUDA needs an NVIDIA GPU with its driver, and libtorch with CUDA: " +
                    "reference TorchSharp-cuda-linux or TorchSharp-cuda-windows in the application, not TorchSharp-cpu.");
            int count = torch.cuda.device_count();
            if (index >= count)
                throw new InvalidOperationException(
                    $"There is no device '{name}': libtorch sees {count}, cuda:0 to cuda:{count - 1}.");
        }
        return torch.device(parts[0] == "cpu" ? "cpu" : $"cuda:{index}");
    }

    private static Exception? Load()
    {
        try
        {
            LoadOnLinux();
            torch.InitializeDeviceType(DeviceType.CPU);
            Nnpack.SwitchOff();
            return null;
        }
        // What TorchSharp and the runtime throw for a native library that is missing, incomplete or of another platform.
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or NotSupportedException
            or EntryPointNotFoundException or BadImageFormatException)
        {
            return e;
        }
    }

    /// <summary>Throws where the system is too old. TorchSharp would ask for a reference to libtorch all the same, after it
    /// copied hundreds of megabytes beside the application.</summary>
    private static void LoadOnLinux()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
        }
        // It may lie where only TorchSharp looks, as for notebooks.
        catch (DllNotFoundException e) when (TooNewFor(e) is null)
        {
        }
    }

    /// <summary>The words of the system's loader.</summary>
    [GeneratedRegex(@"version `(?<version>(GLIBCXX|CXXABI|GLIBC)_[0-9.]+)' not found")]
    private static partial Regex MissingVersion();
}
