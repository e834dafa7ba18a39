using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Carries out the update rule of an <see cref="Optimizer"/> on all trained parameters in one vectorised pass.</summary>
internal abstract unsafe class OptimizerUpdate<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private UpdateRange[] _ranges = [];

    /// <summary>The optimiser's memory of each parameter, laid out as the parameters are, under PyTorch's names.</summary>
    public abstract IReadOnlyList<KeyValuePair<string, NativeBuffer<T>>> State { get; }

    /// <summary>Changes <paramref name="parameters"/>.</summary>
    /// <param name="parameters">The trained parameters.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="step">The number of the step, from 1.</param>
    /// <param name="learningRate">The learning rate.</param>
    public void Apply(T* parameters, T* gradients, long step, double learningRate)
    {
        foreach (UpdateRange range in _ranges)
            Apply(parameters, gradients, range, step, learningRate * range.LearningRateFactor);
    }

    /// <summary>The update for parameters that lie behind each other.</summary>
    /// <exception cref="NotSupportedException">The optimiser is an unknown one.</exception>
    public static OptimizerUpdate<T> Create(Optimizer optimizer, UpdateRange[] ranges, SimdLevel level, VectorLoop loop)
    {
        OptimizerUpdate<T> update =
            SimdLevels.Bind<T, Binder, OptimizerUpdate<T>>(level, new(optimizer, ranges.Sum(range => range.Length), loop));
        update._ranges = ranges;
        return update;
    }

    /// <summary>Changes the parameters of a range.</summary>
    protected abstract void Apply(T* parameters, T* gradients, in UpdateRange range, long step, double learningRate);

    public void Dispose()
    {
        foreach ((_, NativeBuffer<T> buffer) in State)
            buffer.Dispose();
    }

    private readonly struct Binder(Optimizer optimizer, long length, VectorLoop loop) : ISimdBinder<T, OptimizerUpdate<T>>
    {
        public OptimizerUpdate<T> Bind<TV, S>()
            where TV : unmanaged
            where S : struct, ISimd<T, TV> => optimizer switch
            {
                Sgd sgd => new SgdUpdate<T, TV, S>(sgd, length, loop),
                Adam adam => new AdamUpdate<T, TV, S>(adam, length, loop),
                AdamW adamW => new AdamUpdate<T, TV, S>(adamW, length, loop),
                RmsProp rmsProp => new RmsPropUpdate<T, TV, S>(rmsProp, length, loop),
                _ => throw new NotSupportedException(
                    $"The managed engine has no optimiser '{optimizer.GetType().Name}'; it has Sgd, Adam, AdamW and RmsProp."),
            };
    }
}
