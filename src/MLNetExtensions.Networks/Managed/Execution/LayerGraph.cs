using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A network ready to run: its layers in order, bound to planned memory.</summary>
internal sealed class LayerGraph<T>(
    IReadOnlyList<ManagedLayer<T>> layers, Tensor<T> input, bool planarInput, Tensor<T> output, TensorShape outputShape,
    Tensor<T>? outputGradient, NativeBuffer<T> memory) : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ManagedLayer<T>[] _layers = [.. layers];

    /// <summary>The layers with something to train at or below them, the last one first.</summary>
    private readonly ManagedLayer<T>[] _backward = [.. layers.Where(layer => layer.OutputGradient is not null).Reverse()];

    public Tensor<T> Input => input;

    /// <summary>Whether an example goes to <see cref="Input"/> as it is, channel after channel.</summary>
    public bool PlanarInput => planarInput;

    public Tensor<T> Output => output;

    /// <summary>How the output lies in memory.</summary>
    public TensorShape OutputShape => outputShape;

    /// <summary>Where the loss writes its gradient; null when nothing is trained.</summary>
    public Tensor<T>? OutputGradient => outputGradient;

    /// <summary>The bytes of activations, gradients and scratch memory.</summary>
    public unsafe long Bytes => memory.Length * sizeof(T);

    public void Forward(Pass<T> pass)
    {
        foreach (ManagedLayer<T> layer in _layers)
            layer.Forward(pass);
    }

    public void Backward(Pass<T> pass)
    {
        foreach (ManagedLayer<T> layer in _backward)
            layer.BackwardAndAccumulate(pass);
    }

    public void Commit(Pass<T> pass)
    {
        foreach (ManagedLayer<T> layer in _layers)
            layer.Commit(pass);
    }

    public void Dispose()
    {
        foreach (ManagedLayer<T> layer in _layers)
            layer.Dispose();
        memory.Dispose();
    }
}
