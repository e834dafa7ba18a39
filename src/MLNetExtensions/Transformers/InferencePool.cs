using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Transformers;

/// <summary>
/// Scoring memory to borrow. All readers of a model share one compiled network; a session, which is for one thread, is lent for
/// the time of one call, so that there are as many as readers score at the same time, however many there are. Disposed, the pool
/// lets go of everything and takes it anew when someone scores again: a prediction engine disposes its model, and ML.NET's own
/// trainers leave models that don't mind.
/// </summary>
internal sealed class InferencePool(INetworkEngine engine, NetworkModel model, string featureColumns, ImageViews views) : IDisposable
{
    private const int MaxBlockSize = 256;

    /// <summary>The features of a block: 4 MiB.</summary>
    private const int MaxBlockValues = 1 << 20;

    private readonly Lock _lock = new();
    private readonly Stack<ScoringBlock> _blocks = [], _rows = [];
    private ICompiledNetwork? _network;
    private int _lent;
    private bool _releasesWhenIdle;

    /// <summary>The rows that a cursor scores at once: fewer where they are large, but enough for the widest vectors unless they
    /// are very large.</summary>
    public int BlockSize { get; } = (int)Math.Clamp(
        MaxBlockValues / model.Definition.InputShape.Size,
        Math.Clamp(MaxWideBlockValues / model.Definition.InputShape.Size, 1, ScoringCursor.FirstBlock),
        MaxBlockSize);

    /// <summary>The features of a block of rows that are wider than that: 16 MiB, or one row.</summary>
    private const int MaxWideBlockValues = 1 << 22;

    /// <summary>A block of <see cref="BlockSize"/> rows, to give back.</summary>
    public ScoringBlock RentBlock() => Rent(_blocks, BlockSize);

    /// <summary>A block of one row, to give back.</summary>
    public ScoringBlock RentRow() => Rent(_rows, 1);

    public void Return(ScoringBlock block)
    {
        lock (_lock)
        {
            (block.Rows == 1 ? _rows : _blocks).Push(block);
            if (--_lent == 0 && _releasesWhenIdle)
                Release();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _releasesWhenIdle = _lent > 0;
            if (!_releasesWhenIdle)
                Release();
        }
    }

    private ScoringBlock Rent(Stack<ScoringBlock> idle, int rows)
    {
        lock (_lock)
        {
            if (!idle.TryPop(out ScoringBlock? block))
                block = new(
                    (_network ??= engine.Compile(model)).CreateSession(rows), rows, model.Definition, featureColumns, views);
            _lent++;
            return block;
        }
    }

    private void Release()
    {
        foreach (ScoringBlock block in _blocks.Concat(_rows))
            block.Dispose();
        _blocks.Clear();
        _rows.Clear();
        _network?.Dispose();
        (_network, _releasesWhenIdle) = (null, false);
    }
}
