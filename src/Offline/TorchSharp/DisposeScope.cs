namespace TorchSharp;

/// <summary>Disposes the tensors that its thread made while it was the innermost scope, but for those that left it.</summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic]
    private static DisposeScope _innermost;

    private readonly HashSet<torch.Tensor> _disposables = new(ReferenceEqualityComparer.Instance);
    private DisposeScope _outer = _innermost;

    internal DisposeScope() => _innermost = this;

    /// <summary>The scope that a new tensor belongs to, which knows it from then on; null outside all scopes.</summary>
    internal static DisposeScope Enter(torch.Tensor tensor)
    {
        _innermost?._disposables.Add(tensor);
        return _innermost;
    }

    internal void Remove(torch.Tensor tensor)
    {
        _disposables.Remove(tensor);
        tensor.Scope = null;
    }

    public void Dispose()
    {
        foreach (var tensor in _disposables.ToArray()) tensor.Dispose();
        // scopes need not end in the order of their nesting
        if (_innermost == this) _innermost = _outer;
        for (var scope = _innermost; scope is not null; scope = scope._outer)
            if (scope._outer == this) scope._outer = _outer;
    }
}
