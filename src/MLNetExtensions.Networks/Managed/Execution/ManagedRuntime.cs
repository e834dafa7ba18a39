using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>What all layers of a session share: kernels of the chosen vector width and the threads to run them on.</summary>
internal sealed class ManagedRuntime<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public ManagedRuntime(SimdLevel level, WorkerPool pool)
    {
        Pool = pool;
        Kernels = KernelSet<T>.For(level);
        Layers = LayerFactory<T>.For(level);
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

    public LayerFactory<T> Layers { get; }
}
