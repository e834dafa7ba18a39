using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>
/// The way of a batch of rows to the device. Rows for CUDA are staged in page-locked memory, from which they are copied while the
/// processor goes on: the next batch may be staged once results of this one were read.
/// </summary>
/// <typeparam name="T">What the rows are of.</typeparam>
internal sealed class BatchStaging<T>
    where T : unmanaged
{
    private readonly SessionMemory _memory;
    private readonly Tensor _host;

    /// <summary>Staging for up to <paramref name="capacity"/> rows of <paramref name="size"/> values.</summary>
    public BatchStaging(int capacity, int size, SessionMemory memory)
    {
        _memory = memory;
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor host = torch.empty([capacity, size], HostTensor.TypeOf<T>());
        _host = memory.Keep(memory.IsCuda ? host.pin_memory() : host);
    }

    /// <summary>The rows as a tensor of the session's type on its device, [count×size]; it may live in the staging
    /// memory.</summary>
    public Tensor Write(ReadOnlySpan<T> rows, int count)
    {
        Tensor part = _host.narrow(0, 0, count);
        rows.CopyTo(HostTensor.Values<T>(part));
        return part.to(_memory.Type, _memory.Device, false, false, true);
    }
}
