using System.Runtime.InteropServices;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Values on their way between .NET's memory and tensors.</summary>
internal static class HostTensor
{
    private static readonly torch.Device Cpu = torch.device("cpu");

    /// <summary>libtorch's name of Single, Double or Int64.</summary>
    public static torch.ScalarType TypeOf<T>() =>
        typeof(T) == typeof(double) ? torch.ScalarType.Float64
        : typeof(T) == typeof(long) ? torch.ScalarType.Int64
        : torch.ScalarType.Float32;

    /// <summary>A tensor of the values, [length], on the processor.</summary>
    public static Tensor Create<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Tensor tensor = torch.empty([values.Length], TypeOf<T>());
        values.CopyTo(Values<T>(tensor));
        return tensor;
    }

    /// <summary>The memory of a contiguous tensor on the processor, valid as long as the tensor.</summary>
    public static Span<T> Values<T>(Tensor tensor)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>Copies a tensor out, from any device and of any type; waits until it is there.</summary>
    public static void Read<T>(Tensor tensor, Span<T> values)
        where T : unmanaged =>
        Values<T>(tensor.reshape(-1).to(TypeOf<T>(), Cpu).contiguous()).CopyTo(values);
}
