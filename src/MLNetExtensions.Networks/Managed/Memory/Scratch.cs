namespace MLNetExtensions.Networks.Managed;

/// <summary>Memory that kernels which run one after the other, those of a session, use in turn: each for itself, they would take
/// many times what the weights take.</summary>
internal sealed unsafe class Scratch<T> : IDisposable
    where T : unmanaged
{
    private NativeBuffer<T>? _buffer;

    /// <summary>So many elements of any content, for the caller till someone else takes some.</summary>
    public T* Take(long length)
    {
        if (_buffer is null || _buffer.Length < length)
        {
            Dispose();
            _buffer = new NativeBuffer<T>(length);
        }
        return _buffer.Pointer;
    }

    /// <summary>Frees the memory; who takes some afterwards gets new.</summary>
    public void Dispose()
    {
        _buffer?.Dispose();
        _buffer = null;
    }
}
