using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Scaled dot-product attention in the batch-lane layout, where each number is a vector of V examples: the softmax goes lane by
/// lane.
/// </summary>
/// <remarks>The weights of a few queries at a time are all there is in memory; the backward pass computes them again from the
/// logarithm of each sum (Dao et al., "FlashAttention", 2022). What a head adds up is added by one thread, in order.</remarks>
internal abstract unsafe class LaneAttention<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>What a masked score counts as: below every other, and finite, so that nothing comes of it where all are
    /// masked.</summary>
    public const float Masked = -1e30f;

    /// <summary>Writes the means and the logarithms of sums.</summary>
    public abstract void Forward(in AttentionOperands<T> operands, int blocks);

    /// <summary>Overwrites the gradient of queries, keys and values, with the operands of the forward pass.</summary>
    public abstract void Backward(in AttentionOperands<T> operands, int blocks);

    public abstract void Dispose();
}

/// <inheritdoc/>
internal sealed unsafe class LaneAttention<T, TV, S> : LaneAttention<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly AttentionShape _shape;
    private readonly Split _tiles;
    private readonly WorkerPool _pool;
    private readonly AttentionProducts<T, TV, S> _products;
    private readonly ForwardPass _forward;
    private readonly BackwardPass _backward;

    /// <summary>For each thread the weights of some queries, their gradients, and the factors of dropout of one query.</summary>
    private readonly NativeBuffer<T> _weights, _factors;
    private NativeBuffer<T>? _slopes;
    private AttentionOperands<T> _operands;

    public LaneAttention(in AttentionShape shape, WorkerPool pool)
    {
        (_shape, _pool) = (shape, pool);
        int queries = Math.Clamp(Blocking.AttentionWeights / TileRow.Most / shape.Keys, 1, 4) * TileRow.Most;
        _tiles = Split.ByMost(shape.Queries, queries);
        _products = new(shape, queries);
        _weights = new((long)pool.Threads * queries * shape.Keys * S.Lanes);
        _factors = new((long)pool.Threads * shape.Keys * S.Lanes);
        (_forward, _backward) = (new(this), new(this));
    }

    /// <summary>From one query to the next among weights.</summary>
    private nint WeightsRow => (nint)_shape.Keys * S.Lanes;

    public override void Forward(in AttentionOperands<T> operands, int blocks)
    {
        _operands = operands;
        Run(_forward, blocks, _tiles.Parts);
    }

    public override void Backward(in AttentionOperands<T> operands, int blocks)
    {
        _operands = operands;
        _slopes ??= new(_weights.Length);
        Run(_backward, blocks, 1);
    }

    public override void Dispose()
    {
        _products.Dispose();
        _weights.Dispose();
        _factors.Dispose();
        _slopes?.Dispose();
    }

    private void Run(IParallelWork work, int blocks, int itemsOfHead)
    {
        int heads = checked(blocks * _shape.Heads);
        long multiplyAdds = (long)heads * _shape.Queries * _shape.Keys * _shape.HeadSize;
        _pool.Run(work, heads * itemsOfHead, inline: multiplyAdds < InlineWork.MultiplyAdds);
    }

    private T* OfWorker(NativeBuffer<T> buffer, int worker) => buffer.Pointer + buffer.Length / _pool.Threads * worker;

    /// <summary>The first element of a head in memory of so many places, so wide.</summary>
    private nint Start(int head, int places, int width)
    {
        (int block, int index) = int.DivRem(head, _shape.Heads);
        return ((nint)block * places * width + (nint)index * _shape.HeadSize) * S.Lanes;
    }

    private nint QueriesStart(int head) => Start(head, _shape.Queries, _shape.QueryWidth);

    private nint KeysStart(int head) => Start(head, _shape.Keys, _shape.KeyWidth);

    private nint MeansStart(int head) => Start(head, _shape.Queries, _shape.Features);

    private T* LogSum(int head, int query) => _operands.LogSums + ((nint)head * _shape.Queries + query) * S.Lanes;

    /// <summary>The mask of the keys of a head; null for none.</summary>
    private T* MaskOf(int head) =>
        _operands.Mask == null ? null : _operands.Mask + (nint)(head / _shape.Heads) * _shape.Keys * S.Lanes;

    /// <summary>The factors of a query's weights, 0 where they are dropped; null when none is.</summary>
    private T* Factors(int head, int query, int keys, int worker)
    {
        if (_operands.Dropout == 0)
            return null;
        T* factors = OfWorker(_factors, worker);
        long start = ((long)head * _shape.Queries + query) * _shape.Keys * S.Lanes;
        _operands.Random.Select(
            start, new Span<T>(factors, keys * S.Lanes), _operands.Dropout, T.CreateTruncating(1 / (1 - _operands.Dropout)));
        return factors;
    }

    /// <summary>An item is a few queries of a head.</summary>
    private sealed class ForwardPass(LaneAttention<T, TV, S> owner) : IParallelWork
    {
        public void Run(int begin, int end, int worker)
        {
            AttentionShape shape = owner._shape;
            AttentionProducts<T, TV, S> products = owner._products;
            T* weights = owner.OfWorker(owner._weights, worker);
            for (int item = begin; item < end; item++)
            {
                (int head, int tile) = int.DivRem(item, owner._tiles.Parts);
                (int first, int after) = (owner._tiles[tile], owner._tiles[tile + 1]);
                int count = after - first, keys = shape.KeysOf(after);
                products.Scores(
                    owner._operands.Queries + owner.QueriesStart(head) + first * products.QueryRow,
                    owner._operands.Keys + owner.KeysStart(head), weights, count, keys);
                for (int query = first; query < after; query++)
                {
                    T* row = weights + (query - first) * owner.WeightsRow;
                    int seen = shape.KeysOf(query + 1);
                    Normalize(head, query, seen, row);
                    Drop(owner.Factors(head, query, seen, worker), row, seen);
                    new Span<T>(row + (nint)seen * S.Lanes, (keys - seen) * S.Lanes).Clear();
                }
                products.Means(
                    weights, owner._operands.Values + owner.KeysStart(head),
                    owner._operands.Means + owner.MeansStart(head) + first * products.MeansRow, count, keys);
            }
        }

        /// <summary>The softmax of a query's scores.</summary>
        private void Normalize(int head, int query, int keys, T* row)
        {
            T* mask = owner.MaskOf(head);
            TV scale = S.Broadcast(T.CreateTruncating(owner._shape.Scale)), least = S.Broadcast(T.CreateTruncating(Masked));
            TV largest = least, sum = S.Zero, one = S.Broadcast(T.One);
            for (nint at = 0, end = (nint)keys * S.Lanes; at < end; at += S.Lanes)
            {
                TV score = S.Multiply(S.Load(row + at), scale);
                if (mask != null)
                    score = S.Select(S.GreaterThan(S.Load(mask + at), S.Zero), score, least);
                largest = S.Max(score, largest);
                S.Store(row + at, score);
            }
            for (nint at = 0, end = (nint)keys * S.Lanes; at < end; at += S.Lanes)
            {
                TV power = S.Exp(S.Subtract(S.Load(row + at), largest));
                if (mask != null)
                    power = S.Select(S.GreaterThan(S.Load(mask + at), S.Zero), power, S.Zero);
                sum = S.Add(sum, power);
                S.Store(row + at, power);
            }
            // Without a key all weights are 0, and stay so. A sum that is no number is let through.
            sum = S.Select(S.AreEqual(sum, S.Zero), one, sum);
            if (owner._operands.LogSums != null)
                S.Store(owner.LogSum(head, query), S.Add(largest, S.Log(sum)));
            TV share = S.Divide(one, sum);
            for (nint at = 0, end = (nint)keys * S.Lanes; at < end; at += S.Lanes)
                S.Store(row + at, S.Multiply(share, S.Load(row + at)));
        }

        private static void Drop(T* factors, T* row, int keys)
        {
            if (factors == null)
                return;
            for (nint at = 0, end = (nint)keys * S.Lanes; at < end; at += S.Lanes)
                S.Store(row + at, S.Multiply(S.Load(factors + at), S.Load(row + at)));
        }
    }

    /// <summary>An item is a head, whose keys and values get gradients from all its queries.</summary>
    private sealed class BackwardPass(LaneAttention<T, TV, S> owner) : IParallelWork
    {
        public void Run(int begin, int end, int worker)
        {
            AttentionShape shape = owner._shape;
            AttentionProducts<T, TV, S> products = owner._products;
            AttentionOperands<T> operands = owner._operands;
            T* weights = owner.OfWorker(owner._weights, worker), slopes = owner.OfWorker(owner._slopes!, worker);
            for (int head = begin; head < end; head++)
            {
                nint keysStart = owner.KeysStart(head);
                T* keys = operands.Keys + keysStart, values = operands.Values + keysStart;
                if (operands.KeysGradient != null)
                {
                    Clear(operands.KeysGradient + keysStart);
                    Clear(operands.ValuesGradient + keysStart);
                }
                for (int tile = 0; tile < owner._tiles.Parts; tile++)
                {
                    (int first, int after) = (owner._tiles[tile], owner._tiles[tile + 1]);
                    int count = after - first, keyCount = shape.KeysOf(after);
                    nint query = owner.QueriesStart(head) + first * products.QueryRow;
                    nint mean = owner.MeansStart(head) + first * products.MeansRow;
                    T* gradients = operands.MeansGradient + mean;
                    products.Scores(operands.Queries + query, keys, weights, count, keyCount);
                    products.WeightGradients(gradients, values, slopes, count, keyCount);
                    for (int i = 0; i < count; i++)
                    {
                        nint row = i * owner.WeightsRow, place = i * products.MeansRow;
                        int seen = shape.KeysOf(first + i + 1);
                        TV center = Product(gradients + place, operands.Means + mean + place);
                        T* factors = owner.Factors(head, first + i, seen, worker);
                        Differentiate(head, first + i, seen, center, factors, weights + row, slopes + row);
                        new Span<T>(weights + row + (nint)seen * S.Lanes, (keyCount - seen) * S.Lanes).Clear();
                        new Span<T>(slopes + row + (nint)seen * S.Lanes, (keyCount - seen) * S.Lanes).Clear();
                    }
                    if (operands.QueriesGradient != null)
                        products.QueryGradients(slopes, keys, operands.QueriesGradient + query, count, keyCount);
                    if (operands.KeysGradient != null)
                    {
                        products.AddKeyGradients(
                            slopes, operands.Queries + query, operands.KeysGradient + keysStart, count, keyCount);
                        products.AddValueGradients(weights, gradients, operands.ValuesGradient + keysStart, count, keyCount);
                    }
                }
            }
        }

        private void Clear(T* gradients)
        {
            for (int key = 0; key < owner._shape.Keys; key++, gradients += owner._products.KeyRow)
                new Span<T>(gradients, owner._shape.HeadSize * S.Lanes).Clear();
        }

        private TV Product(T* a, T* b)
        {
            TV sum = S.Zero;
            for (int at = 0; at < owner._shape.HeadSize * S.Lanes; at += S.Lanes)
                sum = S.MultiplyAdd(S.Load(a + at), S.Load(b + at), sum);
            return sum;
        }

        /// <summary>From the scores of a query to its weights as the means took them, and from the gradients of these to those
        /// of the products of queries and keys: p·(dp − Σ p·dp)/√d.</summary>
        private void Differentiate(int head, int query, int keys, TV center, T* factors, T* row, T* slopes)
        {
            T* mask = owner.MaskOf(head);
            TV scale = S.Broadcast(T.CreateTruncating(owner._shape.Scale)), logSum = S.Load(owner.LogSum(head, query));
            for (nint at = 0, end = (nint)keys * S.Lanes; at < end; at += S.Lanes)
            {
                TV weight = S.Exp(S.Subtract(S.Multiply(S.Load(row + at), scale), logSum)), slope = S.Load(slopes + at);
                if (mask != null)
                    weight = S.Select(S.GreaterThan(S.Load(mask + at), S.Zero), weight, S.Zero);
                TV kept = weight;
                if (factors != null)
                {
                    kept = S.Multiply(weight, S.Load(factors + at));
                    slope = S.Multiply(slope, S.Load(factors + at));
                }
                S.Store(row + at, kept);
                S.Store(slopes + at, S.Multiply(S.Multiply(weight, scale), S.Subtract(slope, center)));
            }
        }
    }
}
