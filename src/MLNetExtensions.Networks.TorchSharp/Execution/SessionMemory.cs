using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>The native memory that lives as long as a session. Whatever else a call makes dies with the scope of that
/// call.</summary>
/// <param name="device">Where the session computes.</param>
/// <param name="type">What weights, gradients and updates are.</param>
internal sealed class SessionMemory(torch.Device device, torch.ScalarType type) : IDisposable
{
    private readonly List<IDisposable> _kept = [];

    public torch.Device Device => device;

    public torch.ScalarType Type => type;

    public bool IsCuda => device.type == DeviceType.CUDA;

    /// <summary>Takes a tensor out of its scope, or anything else in its keeping.</summary>
    public T Keep<T>(T item)
        where T : IDisposable
    {
        (item as Tensor)?.DetachFromDisposeScope();
        _kept.Add(item);
        return item;
    }

    /// <summary>A kept tensor of zeros.</summary>
    public Tensor Zeros(long length)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return Keep(torch.zeros([length], type, device));
    }

    public void Dispose() => _kept.ForEach(item => item.Dispose());
}
