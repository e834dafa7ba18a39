using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// A block of planned memory: activations, gradients or scratch. It exists from the first to the last time that it is
/// touched; <see cref="MemoryPlan{T}"/> gives tensors that never exist together the same memory.
/// </summary>
/// <param name="blockLength">Elements of one block of the batch.</param>
/// <param name="blocks">The largest number of blocks.</param>
internal sealed unsafe class Tensor<T>(long blockLength, int blocks)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public long BlockLength { get; } = blockLength;

    public long Length => BlockLength * blocks;

    public int FirstUse { get; private set; } = int.MaxValue;

    public int LastUse { get; private set; } = -1;

    /// <summary>The memory, 64-byte aligned; null before the plan is carried out.</summary>
    public T* Data { get; set; }

    public void Touch(int time) => (FirstUse, LastUse) = (Math.Min(FirstUse, time), Math.Max(LastUse, time));

    public bool Overlaps(Tensor<T> other) => FirstUse <= other.LastUse && other.FirstUse <= LastUse;
}
