using MLNetExtensions.Networks;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>What a resumed run needs besides weights: the step, the optimiser's memory and, under a moving average, the raw
/// weights. The names are those of the managed engine, so either goes on where the other stopped.</summary>
internal sealed class TrainingState(TensorParameters parameters, UpdateRule rule, bool averages)
{
    private const string StepName = "optimizer.step";

    /// <summary>A float counts exactly to here, so the step is stored as two digits of this base.</summary>
    private const long StepBase = 1 << 24;

    private static readonly TensorShape StepShape = new(2);

    /// <summary>The number of updates so far.</summary>
    public long Step { get; set; }

    /// <summary>The flat tensors that are laid out as the trained parameters, by prefix.</summary>
    private IEnumerable<(string Prefix, Tensor Flat)> Sections =>
    [
        .. rule.State.Select(state => ($"optimizer.{state.Key}.", state.Value)),
        .. averages ? new[] { ("weights.", parameters.Flat) } : [],
    ];

    public NetworkWeights Read()
    {
        List<KeyValuePair<string, WeightTensor>> tensors = [new(StepName, new(StepShape, [Step % StepBase, Step / StepBase]))];
        foreach ((string prefix, Tensor flat) in Sections)
        {
            TensorParameters.Read(flat, parameters.Layout.Trainable, slot =>
            {
                float[] values = new float[slot.Shape.Size];
                tensors.Add(new(prefix + slot.Name, new(FlatShape(slot), values)));
                return values;
            });
        }
        return new(tensors);
    }

    /// <exception cref="ArgumentException">A tensor is missing or of another size: the state is of another network or
    /// optimiser.</exception>
    public void Write(NetworkWeights state)
    {
        float[] step = Find(state, StepName, StepShape);
        foreach ((string prefix, Tensor flat) in Sections)
            TensorParameters.Write(flat, parameters.Layout.Trainable, slot => Find(state, prefix + slot.Name, FlatShape(slot)));
        Step = (long)step[0] + StepBase * (long)step[1];
    }

    private static TensorShape FlatShape(ParameterSlot slot) => new(checked((int)slot.Shape.Size));

    private static float[] Find(NetworkWeights state, string name, TensorShape shape) =>
        state.TryGet(name, out WeightTensor? tensor) && tensor.Shape.Equals(shape)
            ? tensor.Values
            : throw new ArgumentException(
                $"The training state lacks '{name}' {shape}: it is not of this network and optimiser.", nameof(state));
}
