namespace MLNetExtensions.Networks.Training;

/// <summary>What a resumed run needs besides weights, as named tensors: the step, the optimiser's memory and, under a moving
/// average, the raw weights. The names are the same on all engines, so that any goes on where another stopped.</summary>
/// <param name="layout">Where each parameter lies.</param>
/// <param name="optimizer">The optimiser's memory, by PyTorch's names.</param>
/// <param name="rawWeights">The weights, where those that are saved are an average; else null.</param>
internal sealed class TrainingState(
    ParameterLayout layout, IEnumerable<KeyValuePair<string, ParameterVector>> optimizer, ParameterVector? rawWeights)
{
    private const string StepName = "optimizer.step";

    /// <summary>A float counts exactly to here, so the step is stored as two digits of this base.</summary>
    private const long StepBase = 1 << 24;

    private static readonly TensorShape StepShape = new(2);

    private readonly KeyValuePair<string, ParameterVector>[] _sections =
    [
        .. optimizer.Select(state => KeyValuePair.Create($"optimizer.{state.Key}.", state.Value)),
        .. rawWeights is null ? [] : new[] { KeyValuePair.Create("weights.", rawWeights) },
    ];

    /// <summary>The number of updates so far.</summary>
    public long Step { get; set; }

    public NetworkWeights Read()
    {
        List<KeyValuePair<string, WeightTensor>> tensors = [new(StepName, new(StepShape, [Step % StepBase, Step / StepBase]))];
        foreach ((string prefix, ParameterVector vector) in _sections)
        {
            foreach (ParameterSlot slot in layout.Trained)
            {
                float[] values = new float[slot.Length];
                vector.Read(slot, values);
                tensors.Add(new(prefix + slot.Name, new(new(slot.Length), values)));
            }
        }
        return new(tensors);
    }

    /// <exception cref="ArgumentException">A tensor is missing or of another size: the state is of another network or
    /// optimiser. Nothing is changed.</exception>
    public void Write(NetworkWeights state)
    {
        float[] step = Find(state, StepName, StepShape);
        (ParameterVector Vector, ParameterSlot Slot, float[] Values)[] found =
        [
            .. _sections.SelectMany(
                section => layout.Trained,
                (section, slot) => (section.Value, slot, Find(state, section.Key + slot.Name, new(slot.Length)))),
        ];
        foreach ((ParameterVector vector, ParameterSlot slot, float[] values) in found)
            vector.Write(slot, values);
        Step = (long)step[0] + StepBase * (long)step[1];
    }

    private static float[] Find(NetworkWeights state, string name, TensorShape shape) =>
        state.TryGet(name, out WeightTensor? tensor) && tensor.Shape.Equals(shape)
            ? tensor.Values
            : throw new ArgumentException(
                $"The training state lacks '{name}' {shape}: it is not of this network and optimiser.", nameof(state));
}
