using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>What a resumed run needs besides weights, as named tensors: the step, the optimiser's memory and, under a moving
/// average, the raw weights.</summary>
internal sealed unsafe class TrainingState<T>(ParameterStore<T> store, OptimizerUpdate<T> update, bool averages)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const string StepName = "optimizer.step";

    /// <summary>A float counts exactly to here, so the step is stored as two digits of this base.</summary>
    private const long StepBase = 1 << 24;

    private readonly TensorShape _stepShape = new(2);

    /// <summary>The number of updates so far.</summary>
    public long Step { get; set; }

    /// <summary>The pieces of memory that are laid out as the trained parameters, by prefix.</summary>
    private IEnumerable<(string Prefix, nint Memory)> Sections =>
    [
        .. update.State.Select(state => ($"optimizer.{state.Key}.", (nint)state.Value.Pointer)),
        .. averages ? new[] { ("weights.", (nint)store.Values) } : [],
    ];

    public NetworkWeights Read()
    {
        List<KeyValuePair<string, WeightTensor>> tensors = [new(StepName, new(_stepShape, [Step % StepBase, Step / StepBase]))];
        foreach ((string prefix, nint memory) in Sections)
        {
            foreach ((string name, ParameterSlot slot) in store.Trainable)
            {
                float[] values = new float[slot.Length];
                ParameterStore<T>.Convert<T, float>(ParameterStore<T>.At((T*)memory, slot), values);
                tensors.Add(new(prefix + name, new(new(slot.Length), values)));
            }
        }
        return new(tensors);
    }

    /// <exception cref="ArgumentException">A tensor is missing or of another size: the state is of another network or
    /// optimiser.</exception>
    public void Write(NetworkWeights state)
    {
        float[] step = Find(state, StepName, _stepShape);
        foreach ((string prefix, nint memory) in Sections)
        {
            foreach ((string name, ParameterSlot slot) in store.Trainable)
                ParameterStore<T>.Convert<float, T>(Find(state, prefix + name, new(slot.Length)),
                    ParameterStore<T>.At((T*)memory, slot));
        }
        Step = (long)step[0] + StepBase * (long)step[1];
    }

    private static float[] Find(NetworkWeights state, string name, TensorShape shape) =>
        state.TryGet(name, out WeightTensor? tensor) && tensor.Shape.Equals(shape)
            ? tensor.Values
            : throw new ArgumentException(
                $"The training state lacks '{name}' {shape}: it is not of this network and optimiser.", nameof(state));
}
