using System.Runtime.InteropServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Zeroed native memory in whole cache lines (64 bytes), which are also the widest vectors: a vector that starts within
/// the length may be loaded and stored whole.</summary>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    private readonly long _bytes;

    public NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        nuint bytes = checked((nuint)length * (nuint)sizeof(T));
        bytes = checked(Math.Max(bytes, 1) + Alignment - 1) / Alignment * Alignment;
        _bytes = checked((long)bytes);
        if (_bytes >= NativeMemoryBudget.LargeBytes)
            NativeMemoryBudget.Take(_bytes);
        try
        {
            Pointer = (T*)NativeMemory.AlignedAlloc(bytes, Alignment);
        }
        finally
        {
            if (Pointer == null && _bytes >= NativeMemoryBudget.LargeBytes)
                NativeMemoryBudget.Return(_bytes);
        }
        NativeMemory.Clear(Pointer, bytes);
    }

    ~NativeBuffer() => Free();

    /// <summary>The first element; null once disposed.</summary>
    public T* Pointer { get; private set; }

    public long Length { get; }

    /// <summary>The buffer as a span.</summary>
    /// <exception cref="OverflowException">It has more than <see cref="int.MaxValue"/> elements.</exception>
    public Span<T> Span => new(Pointer, checked((int)Length));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (Pointer == null)
            return;
        if (_bytes >= NativeMemoryBudget.LargeBytes)
            NativeMemoryBudget.Return(_bytes);
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
