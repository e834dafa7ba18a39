using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Between rows of features (one image after the other, PyTorch's order) and the blocked layouts.</summary>
internal abstract unsafe class LayoutConversion<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary><c>[count][features]</c> to <c>[ceil(count / V)][features][V]</c>; lanes without a row are zero.</summary>
    public abstract void ToBatchLane(T* rows, int count, int features, T* blocked);

    /// <summary><c>[ceil(count / V)][features][V]</c> to <c>[count][features]</c>.</summary>
    public abstract void FromBatchLane(T* blocked, int count, int features, T* rows);

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
    private readonly Blocks blocks = new();

    public override void ToBatchLane(T* rows, int count, int features, T* blocked) =>
        blocks.Run(pool, Direction.ToBlocks, rows, count, features, blocked);

    public override void FromBatchLane(T* blocked, int count, int features, T* rows) =>
        blocks.Run(pool, Direction.FromBlocks, rows, count, features, blocked);

    // One image with its channels is to the channel lanes what a batch with its images is to the batch lanes.
    public override void ToChannelLane(T* image, int channels, int plane, T* blocked) =>
        ToBatchLane(image, channels, plane, blocked);

    public override void FromChannelLane(T* blocked, int channels, int plane, T* image) =>
        FromBatchLane(blocked, channels, plane, image);

    private enum Direction
    {
        ToBlocks,
        FromBlocks,
    }

    private sealed class Blocks : IParallelWork
    {
        private const int InlineWork = 20_000;

        private Direction direction;
        private T* rows;
        private int count;
        private int features;
        private T* blocked;

        public void Run(WorkerPool pool, Direction way, T* r, int n, int rowSize, T* blocks)
        {
            direction = way;
            rows = r;
            count = n;
            features = rowSize;
            blocked = blocks;
            var items = (n + S.Lanes - 1) / S.Lanes;
            if ((long)n * rowSize < InlineWork)
            {
                Run(0, items, 0);
            }
            else
            {
                pool.Run(this, items);
            }
        }

        public void Run(int begin, int end, int worker)
        {
            for (var item = begin; item < end; item++)
            {
                var first = (nint)item * S.Lanes;
                var lanes = Math.Min(S.Lanes, count - item * S.Lanes);
                var block = blocked + first * features;
                if (direction == Direction.ToBlocks)
                {
                    Transpose<T, TV, S>.ToBlock(rows + first * features, features, block, features, lanes);
                }
                else
                {
                    Transpose<T, TV, S>.FromBlock(block, rows + first * features, features, features, lanes);
                }
            }
        }
    }
}
