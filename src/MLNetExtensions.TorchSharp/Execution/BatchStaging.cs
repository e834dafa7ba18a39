using MLNetExtensions.Networks;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>
/// The way of a batch of rows to the device. Rows for CUDA are staged in page-locked memory, from which they are copied while the
/// processor goes on: the next batch may be staged once results of this one were read.
/// </summary>
/// <typeparam name="T">What the rows are of.</typeparam>
internal sealed class BatchStaging<T>
    where T : unmanaged
{
    private readonly SessionMemory _memory;
    private readonly TensorShape _shape;
    private readonly Tensor _host;

    /// <summary>Staging for up to <paramref name="capacity"/> examples of the given shape.</summary>
    public BatchStaging(int capacity, TensorShape shape, SessionMemory memory)
    {
        (_memory, _shape, ExampleSize) = (memory, shape, checked((int)shape.Size));
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor host = torch.empty([capacity, ExampleSize], HostTensor.TypeOf<T>());
        _host = memory.Keep(memory.IsCuda ? host.pin_memory() : host);
    }

    /// <summary>The values of one example.</summary>
    public int ExampleSize { get; }

    /// <summary>The rows as a tensor of the session's type on its device, [count×shape]; it may live in the staging
    /// memory.</summary>
    public Tensor Write(ReadOnlySpan<T> rows, int count)
    {
        Tensor part = _host.narrow(0, 0, count);
        rows.CopyTo(HostTensor.Values<T>(part));
        return part.reshape(TensorGraph.BatchShape(count, _shape)).to(_memory.Type, _memory.Device, false, false, true);
    }
}
