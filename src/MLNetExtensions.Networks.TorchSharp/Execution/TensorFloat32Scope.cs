using TorchSharp;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>
/// Lets CUDA multiply in TensorFloat-32, or forbids it, until it is disposed. libtorch has a switch for matrix products, off by
/// default, and one for convolutions, on by default. Both hold for the process: another engine's or the application's own choice
/// comes back, but sessions that run at the same time have to agree.
/// </summary>
internal sealed class TensorFloat32Scope : IDisposable
{
    private readonly bool _products = torch.backends.cuda.matmul.allow_tf32, _convolutions = torch.backends.cudnn.allow_tf32;

    public TensorFloat32Scope(bool allowed) => Set(allowed, allowed);

    public void Dispose() => Set(_products, _convolutions);

    private static void Set(bool products, bool convolutions) =>
        (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32) = (products, convolutions);
}
