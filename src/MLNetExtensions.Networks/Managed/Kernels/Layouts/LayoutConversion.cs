using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Between rows of features (one image after the other, PyTorch's order) and the blocked layouts.</summary>
internal abstract unsafe class LayoutConversion<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary><c>[count][features]</c> to <c>[ceil(count / V)][features][V]</c>; lanes without a row are zero. The rows begin
    /// <paramref name="pitch"/> values apart.</summary>
    public abstract void ToBatchLane(T* rows, int pitch, int count, int features, T* blocked);

    /// <summary><c>[ceil(count / V)][features][V]</c> to <c>[count][features]</c>, the rows <paramref name="pitch"/> values
    /// apart.</summary>
    public abstract void FromBatchLane(T* blocked, int count, int features, T* rows, int pitch);

    /// <summary>One image <c>[C][plane]</c> to <c>[ceil(C / V)][plane][V]</c>; lanes without a channel are zero.</summary>
    public abstract void ToChannelLane(T* image, int channels, int plane, T* blocked);

    /// <summary><c>[ceil(C / V)][plane][V]</c> to one image <c>[C][plane]</c>.</summary>
    public abstract void FromChannelLane(T* blocked, int channels, int plane, T* image);
}

/// <inheritdoc/>
internal sealed unsafe class LayoutConversion<T, TV, S>(WorkerPool pool) : LayoutConversion<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly Blocks _blocks = new();

    public override void ToBatchLane(T* rows, int pitch, int count, int features, T* blocked) =>
        _blocks.Run(pool, Direction.ToBlocks, rows, pitch, count, features, blocked);

    public override void FromBatchLane(T* blocked, int count, int features, T* rows, int pitch) =>
        _blocks.Run(pool, Direction.FromBlocks, rows, pitch, count, features, blocked);

    // One image with its channels is to the channel lanes what a batch with its images is to the batch lanes.
    public override void ToChannelLane(T* image, int channels, int plane, T* blocked) =>
        ToBatchLane(image, plane, channels, plane, blocked);

    public override void FromChannelLane(T* blocked, int channels, int plane, T* image) =>
        FromBatchLane(blocked, channels, plane, image, plane);

    private enum Direction
    {
        ToBlocks,
        FromBlocks,
    }

    private sealed class Blocks : IParallelWork
    {
        private Direction _direction;
        private T* _rows;
        private nint _pitch;
        private int _count;
        private int _features;
        private T* _blocked;

        public void Run(WorkerPool pool, Direction way, T* r, int rowPitch, int n, int rowSize, T* blocks)
        {
            _direction = way;
            _rows = r;
            _pitch = rowPitch;
            _count = n;
            _features = rowSize;
            _blocked = blocks;
            int items = (n + S.Lanes - 1) / S.Lanes;
            pool.Run(this, items, inline: (long)n * rowSize < InlineWork.MovedNumbers);
        }

        public void Run(int begin, int end, int worker)
        {
            for (int item = begin; item < end; item++)
            {
                nint first = (nint)item * S.Lanes;
                int lanes = Math.Min(S.Lanes, _count - item * S.Lanes);
                T* block = _blocked + first * _features;
                if (_direction == Direction.ToBlocks)
                    Transpose<T, TV, S>.ToBlock(_rows + first * _pitch, _pitch, block, _features, lanes);
                else
                    Transpose<T, TV, S>.FromBlock(block, _rows + first * _pitch, _features, _pitch, lanes);
            }
        }
    }
}
