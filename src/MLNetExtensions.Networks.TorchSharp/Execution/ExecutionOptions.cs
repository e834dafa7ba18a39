using TorchSharp;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Where and in which precision an engine's sessions compute.</summary>
/// <param name="Device">Where.</param>
/// <param name="AllowTensorFloat32">Whether CUDA may multiply in TensorFloat-32.</param>
/// <param name="MixedPrecision">Whether convolutions and linear layers compute in bfloat16.</param>
internal sealed record ExecutionOptions(torch.Device Device, bool AllowTensorFloat32 = false, bool MixedPrecision = false)
{
    /// <summary>Puts libtorch's switches as these options say, until the result is disposed.</summary>
    public IDisposable? SetSwitches() => Device.type == DeviceType.CUDA ? new TensorFloat32Scope(AllowTensorFloat32) : null;
}
