using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using TorchSharp;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>
/// Executes networks on libtorch through TorchSharp, on the processor or on a CUDA device. Same definitions, weights, losses,
/// update rules and training loop as the managed engine. The application references the libtorch to use: TorchSharp-cpu,
/// TorchSharp-cuda-linux or TorchSharp-cuda-windows.
/// </summary>
public sealed class TorchSharpEngine : INetworkEngine
{
    private readonly ExecutionOptions _execution;

    /// <summary>An engine.</summary>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>; null (the default) means the first CUDA device, or the
    /// processor where there is none.</param>
    /// <param name="allowTensorFloat32">Whether CUDA may multiply in TensorFloat-32: several times faster, with 10 bits of
    /// mantissa. Of no effect on the processor.</param>
    /// <param name="mixedPrecision">Whether convolutions and linear layers compute in bfloat16; weights, normalisation, loss and
    /// updates stay in Single.</param>
    /// <exception cref="InvalidOperationException">There is no libtorch, or no such device; the message says which package to
    /// add.</exception>
    /// <exception cref="ArgumentException">The device has another form.</exception>
    public TorchSharpEngine(string? device = null, bool allowTensorFloat32 = false, bool mixedPrecision = false)
    {
        Libtorch.RequireLoaded();
        torch.Device opened = Libtorch.Open(device ?? (torch.cuda.is_available() ? "cuda:0" : "cpu"));
        _execution = new(opened, allowTensorFloat32 && opened.type == DeviceType.CUDA, mixedPrecision);
    }

    /// <summary>Whether libtorch is there: a package with it is referenced, and it loads.</summary>
    public static bool IsAvailable => Libtorch.LoadError is null;

    /// <summary>The number of CUDA devices that libtorch sees; 0 where libtorch is missing.</summary>
    public static int CudaDeviceCount => IsAvailable && torch.cuda.is_available() ? torch.cuda.device_count() : 0;

    /// <summary>Where networks are executed: <c>cpu</c> or <c>cuda:0</c>.</summary>
    public string Device => _execution.Device.ToString();

    /// <summary>Whether CUDA may multiply in TensorFloat-32.</summary>
    public bool AllowTensorFloat32 => _execution.AllowTensorFloat32;

    /// <summary>Whether convolutions and linear layers compute in bfloat16.</summary>
    public bool MixedPrecision => _execution.MixedPrecision;

    /// <inheritdoc/>
    public string Name =>
        $"TorchSharp ({Device}{(AllowTensorFloat32 ? ", TensorFloat-32" : "")}{(MixedPrecision ? ", bfloat16" : "")})";

    /// <inheritdoc/>
    /// <remarks>On the processor libtorch chooses its instructions itself, and cuts sums by the number of threads.</remarks>
    public string Arithmetic =>
        $"{Name}, libtorch of TorchSharp {typeof(torch).Assembly.GetName().Version}" +
        (_execution.Device.type == DeviceType.CPU ? $", {SimdLevels.Best}, {torch.get_num_threads()} threads" : "");

    /// <inheritdoc/>
    public ITrainingSession CreateTrainingSession(
        NetworkDefinition network, NetworkWeights weights, TrainingSessionOptions options) =>
        new TorchSharpTrainingSession<float>(network, weights, options, _execution);

    /// <inheritdoc/>
    public ICompiledNetwork Compile(NetworkModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new TorchSharpCompiledNetwork(model, _execution);
    }
}
