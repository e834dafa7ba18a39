using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>What all layers of a session share: kernels of the chosen vector width and the threads to run them on.</summary>
internal sealed class ManagedRuntime<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="level">The vector width.</param>
    /// <param name="pool">The threads.</param>
    /// <param name="packed">Where kernels keep the weights of a network that only scores; null for one that is trained.</param>
    public ManagedRuntime(SimdLevel level, WorkerPool pool, PackedWeights<T>? packed = null)
    {
        Pool = pool;
        Kernels = KernelSet<T>.For(level, packed);
        (BatchLane, ChannelLane) = SimdLevels.Bind<T, FactoryBinder, (LayerFactory<T>, LayerFactory<T>)>(level, default);
        Loop = new(pool);
        Elementwise = Elementwise<T>.Create(level, Loop);
    }

    public KernelSet<T> Kernels { get; }

    /// <summary>The threads of kernels.</summary>
    public WorkerPool Pool { get; }

    /// <summary>Runs element-wise work on them.</summary>
    public VectorLoop Loop { get; }

    /// <summary>Arithmetic on whole tensors.</summary>
    public Elementwise<T> Elementwise { get; }

    /// <summary>Layers for batches.</summary>
    public LayerFactory<T> BatchLane { get; }

    /// <summary>Layers that score one example.</summary>
    public LayerFactory<T> ChannelLane { get; }

    private readonly struct FactoryBinder : ISimdBinder<T, (LayerFactory<T>, LayerFactory<T>)>
    {
        public (LayerFactory<T>, LayerFactory<T>) Bind<TV, S>()
            where TV : unmanaged
            where S : struct, ISimd<T, TV> => (new BatchLaneFactory<T, TV, S>(), new ChannelLaneFactory<T, TV, S>());
    }
}
