using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Scaled dot-product attention of one example in the channel-lane layout <c>[ceil(L / V)][features][V]</c>, where V places lie
/// side by side. Not thread-safe: it owns scratch memory and uses the pool inside.
/// </summary>
internal abstract unsafe class PlaceAttention<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Writes the means. The mask is 1 or 0 for each key, <c>[ceil(keys / V)][V]</c>; nothing is dropped.</summary>
    public abstract void Forward(in AttentionOperands<T> operands);

    public abstract void Dispose();
}

/// <inheritdoc/>
/// <remarks>
/// Both products have V queries in a vector: the scores broadcast features of keys, and lie <c>[keys][queries]</c>, as the means
/// want them, which broadcast features of values. So nothing is transposed, and no softmax goes across lanes. An item is four
/// vectors of queries of a head.
/// </remarks>
internal sealed unsafe class PlaceAttention<T, TV, S> : PlaceAttention<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly AttentionShape _shape;
    private readonly WorkerPool _pool;

    /// <summary>Vectors of queries, and as many of them as are done together.</summary>
    private readonly Split _tiles;

    /// <summary>The features of a query and a key; the keys among values and weights.</summary>
    private readonly NativeBuffer<Tap> _features, _keys;

    /// <summary>From keys to weights, from features of values to features of means.</summary>
    private readonly NativeBuffer<TileRow> _keysToWeights, _valuesToMeans;

    /// <summary>The number of each query.</summary>
    private readonly NativeBuffer<T> _places;

    /// <summary>The weights of an item, <c>[keys][queries]</c>, for each thread.</summary>
    private readonly NativeBuffer<T> _weights;
    private AttentionOperands<T> _operands;

    public PlaceAttention(in AttentionShape shape, WorkerPool pool)
    {
        (_shape, _pool) = (shape, pool);
        int vectors = (shape.Queries + S.Lanes - 1) / S.Lanes;
        _tiles = Split.ByMost(vectors, S.TileColumns);
        _features = Tap.Series(shape.HeadSize, S.Lanes, S.Lanes);
        (_keys, _keysToWeights) = (new(shape.Keys), new(shape.Keys));
        for (int key = 0; key < shape.Keys; key++)
        {
            int place = checked(key / S.Lanes * shape.KeyWidth * S.Lanes + key % S.Lanes), row = checked(key * WeightsRow);
            (_keys.Pointer[key], _keysToWeights.Pointer[key]) = (new(place, row), new(place, row));
        }
        _valuesToMeans = TileRow.Series(S.Lanes, S.Lanes);
        _places = new((long)vectors * S.Lanes);
        for (int i = 0; i < _places.Length; i++)
            _places.Pointer[i] = T.CreateTruncating(i);
        _weights = new((long)pool.Threads * shape.Keys * WeightsRow);
    }

    /// <summary>From one key to the next among weights.</summary>
    private static int WeightsRow => S.TileColumns * S.Lanes;

    public override void Forward(in AttentionOperands<T> operands)
    {
        _operands = operands;
        long multiplyAdds = (long)_shape.Heads * _shape.Queries / S.Lanes * _shape.Keys * _shape.HeadSize;
        _pool.Run(this, _shape.Heads * _tiles.Parts, inline: multiplyAdds < InlineWork.MultiplyAdds);
    }

    public void Run(int begin, int end, int worker)
    {
        T* weights = _weights.Pointer + (nint)worker * _shape.Keys * WeightsRow;
        for (int item = begin; item < end; item++)
        {
            (int head, int tile) = int.DivRem(item, _tiles.Parts);
            (int vector, int vectors) = (_tiles[tile], _tiles[tile + 1] - _tiles[tile]);
            int keys = _shape.KeysOf(Math.Min((vector + vectors) * S.Lanes, _shape.Queries));
            nint feature = (nint)head * _shape.HeadSize * S.Lanes;
            Multiply(
                new()
                {
                    A = _operands.Keys + feature, Rows = _keysToWeights.Pointer, Taps = _features.Pointer, TapCount = _shape.HeadSize,
                    B = _operands.Queries + feature + (nint)vector * _shape.QueryWidth * S.Lanes,
                    BColumn = (nint)_shape.QueryWidth * S.Lanes, C = weights, CColumn = S.Lanes,
                },
                keys, vectors, rowsGoOn: true);
            for (int i = 0; i < vectors; i++)
                Normalize(weights + i * S.Lanes, keys, vector + i);
            Multiply(
                new()
                {
                    A = _operands.Values + feature, Rows = _valuesToMeans.Pointer, Taps = _keys.Pointer, TapCount = keys,
                    B = weights, BColumn = S.Lanes,
                    C = _operands.Means + feature + (nint)vector * _shape.Features * S.Lanes,
                    CColumn = (nint)_shape.Features * S.Lanes,
                },
                _shape.HeadSize, vectors, rowsGoOn: false);
        }
    }

    public override void Dispose()
    {
        foreach (NativeBuffer<Tap> taps in new[] { _features, _keys })
            taps.Dispose();
        foreach (NativeBuffer<TileRow> rows in new[] { _keysToWeights, _valuesToMeans })
            rows.Dispose();
        _places.Dispose();
        _weights.Dispose();
    }

    /// <param name="call">The first tile.</param>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="columns">Its columns, those of a tile.</param>
    /// <param name="rowsGoOn">Whether the table has all rows; else those of a tile, and the next tile's lie as far apart.</param>
    private static void Multiply(TileCall<T> call, int rows, int columns, bool rowsGoOn)
    {
        (call.Steps, call.LastLanes) = (1, S.Lanes);
        Split tiles = Split.ByMost(rows, TileRow.Most);
        TileRow* table = call.Rows;
        T* a = call.A, c = call.C;
        for (int tile = 0; tile < tiles.Parts; tile++)
        {
            int row = tiles[tile];
            if (rowsGoOn)
            {
                call.Rows = table + row;
            }
            else
            {
                call.A = a + (nint)row * table[1].Source;
                call.C = c + (nint)row * table[1].Target;
            }
            TileTable<T, TV, S, RowMajorTile<T, TV, S>>.Get(tiles[tile + 1] - row, columns)(&call);
        }
    }

    /// <summary>The softmax of a vector of queries, lane by lane. A query without a key to look at gets weights of 0.</summary>
    private void Normalize(T* weights, int keys, int vector)
    {
        T* mask = _operands.Mask;
        TV scale = S.Broadcast(T.CreateTruncating(_shape.Scale)), least = S.Broadcast(T.CreateTruncating(LaneAttention<T>.Masked));
        TV largest = least, sum = S.Zero, one = S.Broadcast(T.One), places = S.Load(_places.Pointer + (nint)vector * S.Lanes);
        int seenByAll = _shape.Causal ? vector * S.Lanes + 1 : keys;
        for (int key = 0; key < keys; key++)
        {
            T* row = weights + (nint)key * WeightsRow;
            TV score = mask != null && !(mask[key] > T.Zero) ? least : S.Multiply(S.Load(row), scale);
            if (key >= seenByAll)
                score = S.Select(S.GreaterThan(S.Broadcast(T.CreateTruncating(key)), places), least, score);
            largest = S.Max(score, largest);
            S.Store(row, score);
        }
        for (int key = 0; key < keys; key++)
        {
            T* row = weights + (nint)key * WeightsRow;
            TV power = mask != null && !(mask[key] > T.Zero) ? S.Zero : S.Exp(S.Subtract(S.Load(row), largest));
            if (key >= seenByAll)
                power = S.Select(S.GreaterThan(S.Broadcast(T.CreateTruncating(key)), places), S.Zero, power);
            sum = S.Add(sum, power);
            S.Store(row, power);
        }
        // Without a key all weights are 0, and stay so. A sum that is no number is let through.
        TV share = S.Divide(one, S.Select(S.AreEqual(sum, S.Zero), one, sum));
        for (int key = 0; key < keys; key++)
        {
            T* row = weights + (nint)key * WeightsRow;
            S.Store(row, S.Multiply(share, S.Load(row)));
        }
    }
}
