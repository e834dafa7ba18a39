using MLNetExtensions.Networks;

namespace MLNetExtensions.TorchSharp;

/// <summary>
/// The places of all parameters and buffers of a network in one flat tensor, so that an update of all of them is a handful of
/// operations: first those that are trained, then frozen ones, then buffers.
/// </summary>
internal sealed class ParameterLayout
{
    /// <summary>Parameters start at multiples of 64 bytes, for the vector loads of the kernels.</summary>
    private const long Alignment = 16;

    private readonly OrderedDictionary<string, ParameterSlot> _slots = [];

    /// <exception cref="ArgumentException">A frozen parameter does not exist.</exception>
    public ParameterLayout(NetworkDefinition network, IReadOnlySet<string> frozen)
    {
        if (frozen.FirstOrDefault(name => !network.Parameters.Any(spec => spec.Name == name)) is { } unknown)
            throw new ArgumentException($"The network has no parameter '{unknown}' to freeze.", nameof(frozen));
        Dictionary<string, ParameterSlot> placed = [];
        foreach (ParameterSpec spec in network.Parameters.OrderBy(Section))
        {
            bool trainable = Section(spec) == 0;
            placed.Add(spec.Name, new(spec.Name, spec.Shape, Length, trainable));
            Length += (spec.Shape.Size + Alignment - 1) / Alignment * Alignment;
            if (trainable)
                TrainableLength = Length;
            if (spec.Role == ParameterRole.Trainable)
                BufferStart = Length;
        }
        foreach (ParameterSpec spec in network.Parameters)
            _slots.Add(spec.Name, placed[spec.Name]);

        Frozen = frozen;

        int Section(ParameterSpec spec) => spec.Role == ParameterRole.Buffer ? 2 : frozen.Contains(spec.Name) ? 1 : 0;
    }

    /// <summary>The names of what does not change.</summary>
    public IReadOnlySet<string> Frozen { get; }

    /// <summary>The slots in the network's order.</summary>
    public IEnumerable<ParameterSlot> Slots => _slots.Values;

    /// <summary>The slots of the trained parameters, in the network's order and that of the flat tensor.</summary>
    public IEnumerable<ParameterSlot> Trainable => Slots.Where(slot => slot.Trainable);

    /// <summary>The number of values, padding included.</summary>
    public long Length { get; }

    /// <summary>The number of values before the first frozen parameter, padding included.</summary>
    public long TrainableLength { get; }

    /// <summary>Where the buffers start.</summary>
    public long BufferStart { get; }

    /// <summary>The place of a parameter; null when the network has none of that name.</summary>
    public ParameterSlot? Find(string name) => _slots.GetValueOrDefault(name);
}
