using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Makes the layers of one layout of memory.</summary>
internal abstract class LayerFactory<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Elements of a block of the given shape.</summary>
    public abstract long BlockLength(TensorShape shape);

    /// <summary>Whether the network's input stays as it came, channel after channel, because the one layer that takes it can
    /// read it so.</summary>
    public virtual bool TakesPlanar(NetworkDefinition network, NetworkInput input) => false;

    /// <summary>Whether a linear layer can read sparse rows of the network's input.</summary>
    public virtual bool TakesSparse(NetworkDefinition network) => true;

    /// <summary>How a value that lies in memory as <paramref name="lies"/> lies when it is seen as <paramref name="shape"/>;
    /// null when it must be moved.</summary>
    public abstract TensorShape? See(TensorShape lies, TensorShape shape);

    /// <summary>The layer that carries out a node; null when this layout has none. One of sequences is one of images.</summary>
    /// <exception cref="NotSupportedException">The engine lacks the layer; the message names it.</exception>
    public ManagedLayer<T>? Create(LayerContext<T> context) => context.Node.Layer is SequenceLayer layer
        ? CreateLayer(context with
        {
            Node = context.Node with { Layer = layer.AsImageLayer },
            Inputs = [SequenceLayer.AsImage(context.Inputs[0])],
            Output = SequenceLayer.AsImage(context.Output),
        })
        : CreateLayer(context);

    /// <inheritdoc cref="Create"/>
    protected abstract ManagedLayer<T>? CreateLayer(LayerContext<T> context);
}
