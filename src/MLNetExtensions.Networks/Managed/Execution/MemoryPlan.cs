using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Lays tensors into one native buffer so that those whose lifetimes overlap never share memory: the largest first, each
/// at the lowest offset that is free while it exists.</summary>
internal sealed unsafe class MemoryPlan<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly List<Tensor<T>> _tensors = [];

    public Tensor<T> Add(Tensor<T> tensor)
    {
        _tensors.Add(tensor);
        return tensor;
    }

    public void Remove(Tensor<T> tensor) => _tensors.Remove(tensor);

    /// <summary>Decides where every tensor lies and allocates the buffer; the caller owns it.</summary>
    public NativeBuffer<T> Allocate()
    {
        List<(Tensor<T> Tensor, long Offset)> placed = [];
        foreach (Tensor<T> tensor in _tensors.OrderByDescending(tensor => tensor.Length))
        {
            long offset = 0;
            foreach ((Tensor<T> other, long start) in placed.Where(other => other.Tensor.Overlaps(tensor))
                .OrderBy(other => other.Offset))
            {
                if (offset + tensor.Length <= start)
                    break;
                offset = Math.Max(offset, Align(start + other.Length));
            }
            placed.Add((tensor, offset));
        }
        NativeBuffer<T> buffer = new(placed.Select(place => place.Offset + place.Tensor.Length).DefaultIfEmpty().Max());
        foreach ((Tensor<T> tensor, long offset) in placed)
            tensor.Data = buffer.Pointer + offset;
        return buffer;
    }

    /// <summary>The next multiple of 64 bytes.</summary>
    public static long Align(long length)
    {
        long line = 64 / sizeof(T);
        return (length + line - 1) / line * line;
    }
}
