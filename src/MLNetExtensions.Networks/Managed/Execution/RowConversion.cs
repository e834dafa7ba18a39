using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Moves examples between row-major memory and the batch-lane layout, and between float and the session's
/// type.</summary>
/// <param name="runtime">Kernels.</param>
/// <param name="maxCount">The largest number of rows.</param>
/// <param name="features">Values of a row.</param>
internal sealed unsafe class RowConversion<T>(ManagedRuntime<T> runtime, int maxCount, int features) : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly LayoutConversion<T> _layout = runtime.Kernels.Layout(runtime.Pool);

    /// <summary>Rows of the session's type, [count×features]; null until needed: floats mostly go straight from and to the
    /// caller's memory.</summary>
    private NativeBuffer<T>? _rows;

    private T* RowMemory => (_rows ??= new((long)maxCount * features)).Pointer;

    /// <exception cref="ArgumentException">The length is not that of so many examples.</exception>
    public static void RequireLength(int length, int count, int size, string name)
    {
        if (length != (long)count * size)
            throw new ArgumentException($"{count} examples need {(long)count * size} {name}, {size} each, not {length}.", name);
    }

    /// <summary>The rows that <see cref="Read(T*, int)"/> left.</summary>
    public Span<T> Rows(int count) => new(RowMemory, checked(count * features));

    /// <summary>Lays rows out in lanes; the last block is padded with zeros.</summary>
    public void Write(ReadOnlySpan<float> rows, int count, T* blocked)
    {
        if (typeof(T) == typeof(float))
        {
            fixed (float* pointer = rows)
                _layout.ToBatchLane((T*)pointer, count, features, blocked);
            return;
        }
        ParameterStore<T>.Convert<float, T>(rows, Rows(count));
        Write(count, blocked);
    }

    /// <summary>Lays <see cref="Rows"/> out in lanes; the last block is padded with zeros.</summary>
    public void Write(int count, T* blocked) => _layout.ToBatchLane(RowMemory, count, features, blocked);

    /// <summary>Fills <see cref="Rows"/>.</summary>
    public void Read(T* blocked, int count) => _layout.FromBatchLane(blocked, count, features, RowMemory);

    /// <summary>Fills row-major memory.</summary>
    public void Read(T* blocked, int count, Span<float> rows)
    {
        if (typeof(T) == typeof(float))
        {
            fixed (float* pointer = rows)
                _layout.FromBatchLane(blocked, count, features, (T*)pointer);
            return;
        }
        Read(blocked, count);
        ParameterStore<T>.Convert<T, float>(Rows(count), rows);
    }

    public void Dispose() => _rows?.Dispose();
}
