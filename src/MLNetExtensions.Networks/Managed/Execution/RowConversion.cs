using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Moves examples between rows and the tensors of the batch-lane layout, one for each named value of the row, and
/// between float and the session's type.</summary>
/// <param name="runtime">Kernels.</param>
/// <param name="layout">The values of a row.</param>
/// <param name="maxCount">The largest number of rows.</param>
internal sealed unsafe class RowConversion<T>(ManagedRuntime<T> runtime, RowLayout layout, int maxCount) : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly LayoutConversion<T> _layout = runtime.Kernels.Layout(runtime.Pool);
    private readonly (int Offset, int Size)[] _parts =
        [.. layout.Names.Select(name => layout[name].GetOffsetAndLength(layout.Size))];

    /// <summary>Rows of the session's type; null until needed: floats go straight from and to the caller's memory.</summary>
    private NativeBuffer<T>? _rows;

    /// <summary>Lays rows out in lanes; the last block is padded with zeros. Tensors that are null are passed over.</summary>
    public void Write(ReadOnlySpan<T> rows, int count, Tensor<T>?[] tensors)
    {
        fixed (T* pointer = rows)
        {
            for (int i = 0; i < tensors.Length; i++)
            {
                if (tensors[i] is { } tensor)
                    _layout.ToBatchLane(pointer + _parts[i].Offset, layout.Size, count, _parts[i].Size, tensor.Data);
            }
        }
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{T}, int, Tensor{T}?[])"/>
    public void WriteSingle(ReadOnlySpan<float> rows, int count, Tensor<T>?[] tensors)
    {
        if (typeof(T) == typeof(float))
        {
            Write(MemoryMarshal.Cast<float, T>(rows), count, tensors);
            return;
        }
        ParameterStore<T>.Convert<float, T>(rows, Rows(count));
        Write(Rows(count), count, tensors);
    }

    /// <summary>Fills rows; values whose tensor is null are 0.</summary>
    public void Read(Tensor<T>?[] tensors, int count, Span<T> rows)
    {
        if (Array.IndexOf(tensors, null) >= 0)
            rows.Clear();
        fixed (T* pointer = rows)
        {
            for (int i = 0; i < tensors.Length; i++)
            {
                if (tensors[i] is { } tensor)
                    _layout.FromBatchLane(tensor.Data, count, _parts[i].Size, pointer + _parts[i].Offset, layout.Size);
            }
        }
    }

    /// <inheritdoc cref="Read(Tensor{T}?[], int, Span{T})"/>
    public void ReadSingle(Tensor<T>?[] tensors, int count, Span<float> rows)
    {
        if (typeof(T) == typeof(float))
        {
            Read(tensors, count, MemoryMarshal.Cast<float, T>(rows));
            return;
        }
        Read(tensors, count, Rows(count));
        ParameterStore<T>.Convert<T, float>(Rows(count), rows);
    }

    public void Dispose() => _rows?.Dispose();

    private Span<T> Rows(int count) => (_rows ??= new((long)maxCount * layout.Size)).Span[..checked(count * layout.Size)];
}
