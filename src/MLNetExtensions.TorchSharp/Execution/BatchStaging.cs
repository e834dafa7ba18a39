using System.Runtime.InteropServices;
using MLNetExtensions.Networks;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>
/// The way of a batch of rows to the device and back. Rows for CUDA are staged in page-locked memory, from which they are copied
/// while the processor goes on; the next batch may be staged once results of this one were read.
/// </summary>
internal sealed class BatchStaging : IDisposable
{
    private readonly torch.Device _device;
    private readonly TensorShape _shape;
    private readonly Tensor _host;

    /// <summary>Staging for up to <paramref name="capacity"/> examples of the given shape.</summary>
    public BatchStaging(int capacity, TensorShape shape, torch.Device device)
    {
        (_device, _shape, ExampleSize) = (device, shape, checked((int)shape.Size));
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor host = torch.empty([capacity, ExampleSize], torch.ScalarType.Float32);
        _host = (IsCuda ? host.pin_memory() : host).DetachFromDisposeScope();
    }

    /// <summary>The values of one example.</summary>
    public int ExampleSize { get; }

    private bool IsCuda => _device.type == DeviceType.CUDA;

    /// <summary>The rows as a tensor on the device, [count×shape]; on the processor it lives in the staging memory.</summary>
    public Tensor Write(ReadOnlySpan<float> rows, int count)
    {
        Tensor part = _host.narrow(0, 0, count);
        rows.CopyTo(MemoryMarshal.Cast<byte, float>(part.bytes));
        Tensor shaped = part.reshape(TensorGraph.BatchShape(count, _shape));
        return IsCuda ? shaped.to(_device, false, false, true) : shaped;
    }

    /// <summary>Copies a tensor of Single from its device.</summary>
    public static void Read(Tensor tensor, Span<float> values) =>
        MemoryMarshal.Cast<byte, float>(tensor.reshape(-1).cpu().bytes).CopyTo(values);

    /// <summary>Throws unless there are <paramref name="size"/> values for each example.</summary>
    public static void RequireLength(int length, int count, int size, string name)
    {
        if (length != (long)count * size)
            throw new ArgumentException($"{count} examples need {(long)count * size} {name}, {size} each, not {length}.", name);
    }

    public void Dispose() => _host.Dispose();
}
