namespace MLNetExtensions.Networks.Training;

/// <summary>
/// The places of all parameters and buffers of a network in one memory, so that an update of all of them is one pass or a handful
/// of operations: first those that are trained, then frozen ones, then buffers.
/// </summary>
internal sealed class ParameterLayout
{
    /// <summary>Parameters start at multiples of so many values: 64 bytes of Single, the widest vectors.</summary>
    private const long Alignment = 16;

    private readonly Dictionary<string, ParameterSlot> _slots = [];

    /// <exception cref="ArgumentException">A frozen parameter does not exist.</exception>
    public ParameterLayout(
        NetworkDefinition network, IReadOnlySet<string> frozen, IReadOnlyDictionary<string, double>? learningRateFactors = null)
    {
        if (frozen.FirstOrDefault(name => !network.Parameters.Any(spec => spec.Name == name)) is { } unknown)
            throw new ArgumentException($"The network has no parameter '{unknown}' to freeze.", nameof(frozen));
        foreach (ParameterSpec spec in network.Parameters.OrderBy(Section))
        {
            bool trainable = Section(spec) == 0;
            double factor = learningRateFactors?.GetValueOrDefault(spec.Name, 1) ?? 1;
            _slots.Add(spec.Name, new(spec.Name, spec.Shape, Length, trainable, factor));
            Length = Align(Length + spec.Shape.Size);
            if (trainable)
                TrainableLength = Length;
            if (spec.Role == ParameterRole.Trainable)
                BufferStart = Length;
        }
        Slots = [.. network.Parameters.Select(spec => _slots[spec.Name])];
        Trained = [.. Slots.Where(slot => slot.Trainable)];

        Frozen = frozen;

        int Section(ParameterSpec spec) => spec.Role == ParameterRole.Buffer ? 2 : frozen.Contains(spec.Name) ? 1 : 0;
    }

    /// <summary>The names of what does not change.</summary>
    public IReadOnlySet<string> Frozen { get; }

    /// <summary>All slots, in the network's order.</summary>
    public ParameterSlot[] Slots { get; }

    /// <summary>The slots of the trained parameters, in the network's order, which is also that of the memory.</summary>
    public ParameterSlot[] Trained { get; }

    /// <summary>The number of values, padding included.</summary>
    public long Length { get; }

    /// <summary>The number of values before the first frozen parameter, padding (which stays zero) included.</summary>
    public long TrainableLength { get; }

    /// <summary>Where the buffers start: behind all parameters, trained or not.</summary>
    public long BufferStart { get; }

    /// <summary>The first place at or behind another at which a parameter can start.</summary>
    public static long Align(long place) => (place + Alignment - 1) / Alignment * Alignment;

    /// <summary>The place of a parameter; null when the network has none of that name.</summary>
    public ParameterSlot? Find(string name) => _slots.GetValueOrDefault(name);
}
