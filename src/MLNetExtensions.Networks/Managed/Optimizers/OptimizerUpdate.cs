using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Carries out the update rule of an <see cref="Optimizer"/> on all trained parameters in one vectorised pass.</summary>
internal abstract unsafe class OptimizerUpdate<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private UpdateRange[] _ranges = [];
    private GradientRows[] _tables = [];

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
        {
            double rate = learningRate * range.LearningRateFactor;
            long start = range.Start, end = range.Start + range.Length;
            foreach (GradientRows table in _tables)
            {
                if (table.Start < start || table.Start >= end || table.AreAll || !NeedsGradientsOnly(range))
                    continue;
                Apply(parameters, gradients, range with { Start = start, Length = table.Start - start }, step, rate);
                ApplyToRows(parameters + table.Start, gradients + table.Start, table, rate);
                start = ParameterLayout.Align(table.End);
            }
            Apply(parameters, gradients, range with { Start = start, Length = end - start }, step, rate);
        }
    }

    /// <summary>The update for parameters that lie behind each other.</summary>
    /// <exception cref="NotSupportedException">The optimiser is an unknown one.</exception>
    public static OptimizerUpdate<T> Create(
        Optimizer optimizer, UpdateRange[] ranges, SimdLevel level, VectorLoop loop, GradientRows[]? tables = null)
    {
        OptimizerUpdate<T> update =
            SimdLevels.Bind<T, Binder, OptimizerUpdate<T>>(level, new(optimizer, ranges.Sum(range => range.Length), loop));
        update._ranges = ranges;
        update._tables = tables ?? [];
        return update;
    }

    /// <summary>Whether a parameter of a range without a gradient stays as it is, so that only the rows of a table that have one
    /// need to be looked at.</summary>
    protected virtual bool NeedsGradientsOnly(in UpdateRange range) => false;

    /// <summary>Changes the rows of a table that have a gradient, where that is all there is to do.</summary>
    protected virtual void ApplyToRows(T* parameters, T* gradients, GradientRows table, double learningRate)
    {
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
