using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// All parameters and buffers of a network in one contiguous piece of memory, each 64-byte aligned: first those that are trained,
/// so that an update is one pass over <see cref="TrainableLength"/> values, then frozen ones, then buffers.
/// </summary>
internal sealed unsafe class ParameterStore<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly OrderedDictionary<string, ParameterSlot> _slots = [];
    private readonly NativeBuffer<T> _values;

    public ParameterStore(NetworkDefinition network, IReadOnlySet<string> frozen)
    {
        if (frozen.FirstOrDefault(name => !network.Parameters.Any(spec => spec.Name == name)) is { } unknown)
            throw new ArgumentException($"The network has no parameter '{unknown}' to freeze.", nameof(frozen));

        Dictionary<string, ParameterSlot> placed = [];
        long offset = 0;
        foreach (ParameterSpec spec in network.Parameters.OrderBy(Section))
        {
            bool trainable = Section(spec) == 0;
            placed.Add(spec.Name, new(offset, checked((int)spec.Shape.Size), trainable));
            offset += MemoryPlan<T>.Align(spec.Shape.Size);
            if (trainable)
                TrainableLength = offset;
            if (spec.Role == ParameterRole.Trainable)
                BufferStart = offset;
        }
        foreach (ParameterSpec spec in network.Parameters)
            _slots.Add(spec.Name, placed[spec.Name]);
        Frozen = frozen;
        _values = new(offset);

        int Section(ParameterSpec spec) => spec.Role == ParameterRole.Buffer ? 2 : frozen.Contains(spec.Name) ? 1 : 0;
    }

    /// <summary>The names of what does not change.</summary>
    public IReadOnlySet<string> Frozen { get; }

    /// <summary>The memory of all values.</summary>
    public T* Values => _values.Pointer;

    /// <summary>The number of values, padding included.</summary>
    public long Length => _values.Length;

    /// <summary>The number of values before the first frozen parameter, padding (which stays zero) included.</summary>
    public long TrainableLength { get; }

    /// <summary>Where the buffers start: behind all parameters, trained or not.</summary>
    public long BufferStart { get; }

    /// <summary>The names and places of the trained parameters, in the network's order.</summary>
    public IEnumerable<KeyValuePair<string, ParameterSlot>> Trainable => _slots.Where(pair => pair.Value.Trainable);

    /// <summary>Where a parameter lies; null when the network has none of that name.</summary>
    public ParameterSlot? Find(string name) => _slots.GetValueOrDefault(name);

    /// <summary>The values of a parameter.</summary>
    public Span<T> this[string name] => At(Values, _slots[name]);

    /// <summary>Copies all values in.</summary>
    public void Load(NetworkWeights weights)
    {
        foreach ((string name, ParameterSlot slot) in _slots)
            Convert<float, T>(weights[name].Values, At(Values, slot));
    }

    /// <summary>Copies all values out, from memory laid out as this store.</summary>
    public void Save(T* values, NetworkWeights weights)
    {
        foreach ((string name, ParameterSlot slot) in _slots)
            Convert<T, float>(At(values, slot), weights[name].Values);
    }

    /// <summary>The part of memory laid out as this store that belongs to a parameter.</summary>
    public static Span<T> At(T* memory, ParameterSlot slot) => new(memory + slot.Offset, slot.Length);

    /// <summary>Copies values of one floating-point type into another.</summary>
    public static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> source, Span<TTo> target)
        where TFrom : unmanaged, IFloatingPointIeee754<TFrom>
        where TTo : unmanaged, IFloatingPointIeee754<TTo> =>
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(source, target);

    public void Dispose() => _values.Dispose();
}
