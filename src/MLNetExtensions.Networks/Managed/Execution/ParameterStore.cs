using System.Numerics;
using System.Numerics.Tensors;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>All parameters and buffers of a network in one contiguous piece of memory, each 64-byte aligned.</summary>
internal sealed unsafe class ParameterStore<T>(ParameterLayout layout) : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T> _values = new(layout.Length);

    /// <summary>Memory for a network that only scores.</summary>
    public ParameterStore(NetworkDefinition network)
        : this(new ParameterLayout(network, new HashSet<string>()))
    {
    }

    /// <summary>The names of what does not change.</summary>
    public IReadOnlySet<string> Frozen => layout.Frozen;

    /// <summary>The memory of all values.</summary>
    public T* Values => _values.Pointer;

    /// <summary>Where a parameter lies; null when the network has none of that name.</summary>
    public ParameterSlot? Find(string name) => layout.Find(name);

    /// <summary>The values of a parameter.</summary>
    public Span<T> this[string name] => At(Values, layout.Find(name)!);

    /// <summary>Copies all values in.</summary>
    public void Load(NetworkWeights weights)
    {
        foreach (ParameterSlot slot in layout.Slots)
            Convert<float, T>(weights[slot.Name].Values, At(Values, slot));
    }

    /// <summary>The part of memory laid out as this store that belongs to a parameter.</summary>
    public static Span<T> At(T* memory, ParameterSlot slot) => new(memory + slot.Offset, slot.Length);

    /// <summary>Copies values of one floating-point type into another.</summary>
    public static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> source, Span<TTo> target)
        where TFrom : unmanaged, IFloatingPointIeee754<TFrom>
        where TTo : unmanaged, IFloatingPointIeee754<TTo> =>
        TensorPrimitives.ConvertTruncating(source, target);

    public void Dispose() => _values.Dispose();
}
