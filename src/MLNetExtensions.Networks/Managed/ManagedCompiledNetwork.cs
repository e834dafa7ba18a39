using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A trained network ready to score. Batch normalisation is folded into the layer before. The batch-lane layout reads
/// weights where the model has them; what other layouts read is packed when a session first needs it.</summary>
internal sealed class ManagedCompiledNetwork<T> : CompiledNetwork
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly NetworkDefinition _definition;
    private readonly SimdLevel _level;
    private readonly WorkerPool _pool;

    public ManagedCompiledNetwork(NetworkModel model, SimdLevel level, WorkerPool pool)
    {
        (_definition, _level, _pool) = (model.Definition, level, pool);
        Model = BatchNormFolding.Fold(model);
        Store = new(Model);
    }

    /// <summary>The network with its batch normalisations folded.</summary>
    public NetworkModel Model { get; }

    /// <summary>The weights.</summary>
    public ParameterStore<T> Store { get; }

    /// <summary>What kernels made of them.</summary>
    public PackedWeights<T> Packed { get; } = new();

    protected override IInferenceSession Create(int maxBatchSize) =>
        new ManagedInferenceSession<T>(this, _definition, maxBatchSize, new(_level, _pool, Packed));

    protected override void Free()
    {
        Store.Dispose();
        Packed.Dispose();
    }
}
