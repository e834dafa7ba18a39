using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>What the layers need to know of the pass through the network that is going on.</summary>
internal sealed unsafe class Pass<T>(int lanes) : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T> _laneMask = new(lanes);
    private SparseBatch<T>? _rows;

    /// <summary>The number of examples.</summary>
    public int Count { get; private set; }

    /// <summary>The number of blocks of lanes that hold them.</summary>
    public int Blocks { get; private set; }

    /// <summary>The examples, where they came as sparse rows; null where they are in the graph's inputs.</summary>
    public SparseBatch<T>? Rows { get; private set; }

    /// <summary>Whether dropout drops and batch normalisation takes the batch's statistics.</summary>
    public bool Training { get; set; }

    /// <summary>With the seed, what random numbers depend on: the number of the training step and of its part.</summary>
    public long Draw { get; set; }

    /// <summary>Where the values of parameters and buffers start; a <see cref="Training.ParameterSlot"/> gives the
    /// offset.</summary>
    public T* Parameters { get; set; }

    /// <summary>Where the gradients of trainable parameters start.</summary>
    public T* Gradients { get; set; }

    /// <summary>One for each lane of the last block that holds an example, zero for padding.</summary>
    public T* LaneMask => _laneMask.Pointer;

    /// <summary>Takes over sparse rows.</summary>
    public void SetRows(SparseRows rows)
    {
        SetCount(rows.Count);
        Rows = _rows ??= new();
        Rows.Set(rows);
    }

    /// <summary>Says how many examples the graph's inputs have.</summary>
    public void SetCount(int count)
    {
        Rows = null;
        if (count == Count)
            return;
        (Count, Blocks) = (count, (count + lanes - 1) / lanes);
        int used = count - (Blocks - 1) * lanes;
        for (int lane = 0; lane < lanes; lane++)
            LaneMask[lane] = lane < used ? T.One : T.Zero;
    }

    public void Dispose()
    {
        _laneMask.Dispose();
        _rows?.Dispose();
    }
}
