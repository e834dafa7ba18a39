using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>All parameters and buffers of a network: in one contiguous piece of memory, each 64-byte aligned, or where a model
/// that only scores has them.</summary>
internal sealed unsafe class ParameterStore<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Func<string, ParameterSlot?> _find;
    private readonly NativeBuffer<T>? _copy;
    private GCHandle[] _pins = [];

    /// <summary>Memory of its own, zero.</summary>
    public ParameterStore(ParameterLayout layout)
    {
        _copy = new(layout.Length);
        (_find, Frozen) = (layout.Find, layout.Frozen);
        Values = _copy.Pointer;
    }

    /// <summary>The weights of a model that only scores: its own arrays, which then can't be moved, or a copy in another
    /// type.</summary>
    public ParameterStore(NetworkModel model)
    {
        Frozen = new HashSet<string>();
        ParameterLayout layout = new(model.Definition, Frozen);
        if (typeof(T) != typeof(float))
        {
            _copy = new(layout.Length);
            _find = layout.Find;
            Values = _copy.Pointer;
            foreach (ParameterSlot slot in layout.Slots)
                Convert<float, T>(model.Weights[slot.Name].Values, At(Values, slot));
            return;
        }
        _pins = [.. layout.Slots.Select(slot => GCHandle.Alloc(model.Weights[slot.Name].Values, GCHandleType.Pinned))];
        Values = _pins.Length == 0 ? null : (T*)_pins[0].AddrOfPinnedObject();
        Dictionary<string, ParameterSlot> slots = [];
        foreach ((ParameterSlot slot, GCHandle pin) in layout.Slots.Zip(_pins))
            slots.Add(slot.Name, slot with { Offset = (T*)pin.AddrOfPinnedObject() - Values });
        _find = slots.GetValueOrDefault;
    }

    ~ParameterStore() => Free();

    /// <summary>The names of what does not change.</summary>
    public IReadOnlySet<string> Frozen { get; }

    /// <summary>Where the offsets of slots count from.</summary>
    public T* Values { get; }

    /// <summary>Where a parameter lies; null when the network has none of that name.</summary>
    public ParameterSlot? Find(string name) => _find(name);

    /// <summary>The values of a parameter.</summary>
    public Span<T> this[string name] => At(Values, Find(name)!);

    /// <summary>The part of memory laid out as this store that belongs to a parameter.</summary>
    public static Span<T> At(T* memory, ParameterSlot slot) => new(memory + slot.Offset, slot.Length);

    /// <summary>Copies values of one floating-point type into another.</summary>
    public static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> source, Span<TTo> target)
        where TFrom : unmanaged, IFloatingPointIeee754<TFrom>
        where TTo : unmanaged, IFloatingPointIeee754<TTo> =>
        TensorPrimitives.ConvertTruncating(source, target);

    public void Dispose()
    {
        Free();
        _copy?.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        foreach (GCHandle pin in _pins)
            pin.Free();
        _pins = [];
    }
}
