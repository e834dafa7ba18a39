using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>What a layer is made from.</summary>
/// <param name="Node">Its name and hyper-parameters.</param>
/// <param name="Inputs">The shapes it takes.</param>
/// <param name="Output">The shape it gives.</param>
/// <param name="Index">Its number in the network.</param>
/// <param name="MaxBlocks">The largest batch, in blocks of lanes.</param>
/// <param name="TrainingSeed">The seed of random layers; null in a graph that only scores.</param>
/// <param name="Runtime">Kernels and threads.</param>
/// <param name="Store">Where its parameters lie.</param>
/// <param name="PlanarInput">Whether its input is the example as it came, in the channel-lane layout.</param>
internal sealed record LayerContext<T>(
    NetworkNode Node,
    TensorShape[] Inputs,
    TensorShape Output,
    int Index,
    int MaxBlocks,
    int? TrainingSeed,
    ManagedRuntime<T> Runtime,
    ParameterStore<T> Store,
    bool PlanarInput)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Whether the layer reads what the network takes, which may be sparse rows (<see cref="Pass{T}.Rows"/>).</summary>
    public bool TakesSparseRows { get; init; }

    /// <summary>Whether the graph only scores: its weights stay as they are.</summary>
    public bool Scores => TrainingSeed is null;

    public KernelSet<T> Kernels => Runtime.Kernels;

    public WorkerPool Pool => Runtime.Pool;

    public VectorLoop Loop => Runtime.Loop;

    public Elementwise<T> Elementwise => Runtime.Elementwise;

    /// <summary>Whether a batch normalisation keeps its running statistics, and uses them in training too.</summary>
    public bool IsFrozen(BatchNorm layer) => layer.IsFrozen(Node.Name, Store.Frozen);

    /// <summary>Where the parameter of this layer called <paramref name="name"/> lies, perhaps under the name that a part of a
    /// <see cref="CompositeLayer"/> has; null when there is none.</summary>
    public ParameterSlot? Parameter(string name) => Store.Find($"{Node.Name}.{name}") ?? Store.Find($"{Node.Name}_{name}");
}
