using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>The matrix products of attention for some queries of a head, batch-lane: every number is a vector of V examples.
/// Weights are <c>[queries][keys]</c>, means <c>[queries][E]</c>.</summary>
internal sealed unsafe class AttentionProducts<T, TV, S> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly AttentionShape _shape;
    private readonly NativeBuffer<Tap> _features, _keys, _queries, _means;
    private readonly NativeBuffer<TileRow> _queriesToWeights, _meansToWeights, _weightsToMeans, _weightsToQueries, _weightsToKeys;

    /// <param name="shape">The sizes.</param>
    /// <param name="mostQueries">The most queries at a time.</param>
    public AttentionProducts(in AttentionShape shape, int mostQueries)
    {
        _shape = shape;
        nint weightsRow = (nint)shape.Keys * S.Lanes;
        (QueryRow, KeyRow) = ((nint)shape.QueryWidth * S.Lanes, (nint)shape.KeyWidth * S.Lanes);
        MeansRow = (nint)shape.Features * S.Lanes;
        _features = Tap.Series(shape.HeadSize, S.Lanes, S.Lanes);
        _keys = Tap.Series(shape.Keys, S.Lanes, KeyRow);
        _queries = Tap.Series(mostQueries, weightsRow, QueryRow);
        _means = Tap.Series(mostQueries, weightsRow, MeansRow);
        _queriesToWeights = TileRow.Series(QueryRow, weightsRow);
        _meansToWeights = TileRow.Series(MeansRow, weightsRow);
        _weightsToMeans = TileRow.Series(weightsRow, MeansRow);
        _weightsToQueries = TileRow.Series(weightsRow, QueryRow);
        _weightsToKeys = TileRow.Series(S.Lanes, KeyRow);
    }

    /// <summary>From one query to the next.</summary>
    public nint QueryRow { get; }

    /// <summary>From one key to the next, or one value.</summary>
    public nint KeyRow { get; }

    /// <summary>From one mean to the next.</summary>
    public nint MeansRow { get; }

    /// <summary>weights = Q·Kᵀ.</summary>
    public void Scores(T* queries, T* keys, T* weights, int count, int keyCount) => Run<LaneProductTile<T, TV, S>>(
        Call(_queriesToWeights, _features, _shape.HeadSize, KeyRow), queries, keys, weights, count, keyCount);

    /// <summary>The gradient of weights: that of the means times Vᵀ.</summary>
    public void WeightGradients(T* gradients, T* values, T* slopes, int count, int keyCount) => Run<LaneProductTile<T, TV, S>>(
        Call(_meansToWeights, _features, _shape.HeadSize, KeyRow), gradients, values, slopes, count, keyCount);

    /// <summary>means = weights·V.</summary>
    public void Means(T* weights, T* values, T* means, int count, int keyCount) => Run<LaneProductTile<T, TV, S>>(
        Call(_weightsToMeans, _keys, keyCount, S.Lanes), weights, values, means, count, _shape.HeadSize);

    /// <summary>The gradient of queries: that of scores times K.</summary>
    public void QueryGradients(T* slopes, T* keys, T* gradients, int count, int keyCount) => Run<LaneProductTile<T, TV, S>>(
        Call(_weightsToQueries, _keys, keyCount, S.Lanes), slopes, keys, gradients, count, _shape.HeadSize);

    /// <summary>Adds to the gradient of keys that of scores, transposed, times Q.</summary>
    public void AddKeyGradients(T* slopes, T* queries, T* gradients, int count, int keyCount) =>
        Run<AddingLaneProductTile<T, TV, S>>(
            Call(_weightsToKeys, _queries, count, S.Lanes), slopes, queries, gradients, keyCount, _shape.HeadSize);

    /// <summary>Adds to the gradient of values the weights, transposed, times the gradient of the means.</summary>
    public void AddValueGradients(T* weights, T* meanGradients, T* gradients, int count, int keyCount) =>
        Run<AddingLaneProductTile<T, TV, S>>(
            Call(_weightsToKeys, _means, count, S.Lanes), weights, meanGradients, gradients, keyCount, _shape.HeadSize);

    public void Dispose()
    {
        foreach (NativeBuffer<Tap> taps in new[] { _features, _keys, _queries, _means })
            taps.Dispose();
        foreach (NativeBuffer<TileRow> rows in
            new[] { _queriesToWeights, _meansToWeights, _weightsToMeans, _weightsToQueries, _weightsToKeys })
            rows.Dispose();
    }

    private static TileCall<T> Call(NativeBuffer<TileRow> rows, NativeBuffer<Tap> taps, int tapCount, nint column) => new()
    {
        Rows = rows.Pointer, Taps = taps.Pointer, TapCount = tapCount, Steps = 1, BColumn = column, CColumn = S.Lanes,
    };

    private static void Run<TMode>(TileCall<T> call, T* a, T* b, T* c, int rows, int columns)
        where TMode : struct, ITileMode<T, TV>
    {
        (nint rowOfA, nint rowOfC) = (call.Rows[1].Source, call.Rows[1].Target);
        Split rowTiles = Split.ByMost(rows, TileRow.Most), columnTiles = Split.ByMost(columns, S.TileColumns);
        for (int part = 0; part < columnTiles.Parts; part++)
        {
            int column = columnTiles[part], columnsHere = columnTiles[part + 1] - column;
            call.B = b + column * call.BColumn;
            for (int tile = 0; tile < rowTiles.Parts; tile++)
            {
                int row = rowTiles[tile];
                call.A = a + row * rowOfA;
                call.C = c + row * rowOfC + (nint)column * S.Lanes;
                TileTable<T, TV, S, TMode>.Get(rowTiles[tile + 1] - row, columnsHere)(&call);
            }
        }
    }
}
