using TorchSharp;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>What holds for the time of a call: the scope of the tensors it makes, libtorch's switches, and no gradients but where
/// they are asked for.</summary>
internal sealed class SessionCall(ExecutionOptions execution) : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly IDisposable? _switches = execution.SetSwitches();
    private readonly IDisposable _noGradients = torch.set_grad_enabled(false);

    public void Dispose()
    {
        _noGradients.Dispose();
        _switches?.Dispose();
        _scope.Dispose();
    }
}
