using Microsoft.ML;
using TorchSharp;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>Where the tests compute: on the processor, unless <see cref="Variable"/> names another device of libtorch.</summary>
internal static class TestDevice
{
    /// <summary>The environment variable with the device, as <c>cuda:0</c>. Whoever sets it brings libtorch too: no test is
    /// skipped for want of it then.</summary>
    public const string Variable = "MLNETEXT_DEVICE";

    /// <summary>Whether a device was asked for.</summary>
    public static bool IsGiven { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>The device.</summary>
    public static string Name { get; } = IsGiven ? Environment.GetEnvironmentVariable(Variable)! : "cpu";

    /// <summary>An engine on it, without TensorFloat-32.</summary>
    public static TorchSharpEngine Engine(bool mixedPrecision = false) => new(Name, mixedPrecision: mixedPrecision);

    /// <summary>A context whose trainers compute on it.</summary>
    public static MLContext Context(int seed) => new(seed)
    {
        GpuDeviceId = Libtorch.Open(Name) is { type: DeviceType.CUDA } device ? device.index : null,
        FallbackToCpu = false,
    };
}
