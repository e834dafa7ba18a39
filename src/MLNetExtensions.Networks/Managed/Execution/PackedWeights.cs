using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Weights in the layouts that kernels read. Those of a compiled network are packed when the first session needs them, and shared
/// by all: whoever asks second gets what was made for the first.
/// </summary>
internal sealed unsafe class PackedWeights<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(nint Source, string Layout), NativeBuffer<T>> _packed = [];

    /// <summary>Writes the layout to zeroed memory.</summary>
    public delegate void Packing(T* packed);

    /// <summary>The bytes of all.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
                return _packed.Values.Sum(buffer => buffer.Length) * sizeof(T);
        }
    }

    /// <summary>The weights at <paramref name="source"/> in a layout.</summary>
    /// <param name="shared">Keeps them; null where a kernel is used by itself, whose memory then goes with it.</param>
    /// <param name="source">Where the weights are; they must stay there, unchanged.</param>
    /// <param name="layout">The name of the layout.</param>
    /// <param name="length">Its elements.</param>
    /// <param name="pack">Makes it.</param>
    public static NativeBuffer<T> Get(PackedWeights<T>? shared, T* source, string layout, long length, Packing pack)
    {
        if (shared is null)
            return Make();
        lock (shared._lock)
        {
            if (!shared._packed.TryGetValue(((nint)source, layout), out NativeBuffer<T>? packed))
                shared._packed.Add(((nint)source, layout), packed = Make());
            return packed;
        }

        NativeBuffer<T> Make()
        {
            NativeBuffer<T> buffer = new(length);
            pack(buffer.Pointer);
            return buffer;
        }
    }

    public void Dispose()
    {
        foreach (NativeBuffer<T> buffer in _packed.Values)
            buffer.Dispose();
    }
}
