using System.Globalization;
using TorchSharp;

namespace MLNetExtensions.TorchSharp;

/// <summary>Finds the native library and its devices, and says what to do where they are missing.</summary>
internal static class Libtorch
{
    private const string Packages =
        "reference TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows in the application, " +
        "in the version of the TorchSharp that it uses";

    private static readonly Lazy<Exception?> Loading = new(Load);

    /// <summary>Why libtorch can't be used; null when it can.</summary>
    public static Exception? LoadError => Loading.Value;

    /// <summary>Throws unless libtorch is there.</summary>
    public static void RequireLoaded()
    {
        if (LoadError is { } error)
            throw new InvalidOperationException(
                $"The TorchSharp engine needs libtorch, which could not be loaded: {Packages}.", error);
    }

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
            torch.InitializeDeviceType(DeviceType.CPU);
            return null;
        }
        // What TorchSharp and the runtime throw for a native library that is missing, incomplete or of another platform.
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or NotSupportedException
            or EntryPointNotFoundException or BadImageFormatException)
        {
            return e;
        }
    }
}
