using System.Numerics.Tensors;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Transformers;

/// <summary>A session and the memory for the features of its rows. Sparse ones stay sparse where the session takes them so and
/// that is the faster way, which changes no score; memory for dense ones is taken when the first come.</summary>
/// <param name="session">Scores them.</param>
/// <param name="rows">How many there are at most.</param>
/// <param name="network">What scores.</param>
/// <param name="columns">The names of the features, quoted.</param>
/// <param name="views">The views of each row that are scored.</param>
internal sealed class ScoringBlock(
    IInferenceSession session, int rows, NetworkDefinition network, string columns, ImageViews views) : IDisposable
{
    private readonly int _outputs = checked((int)network.OutputShape.Size), _width = checked((int)network.InputShape.Size);
    private readonly SparseBuffer? _sparse = session.TakesSparseRows ? new(checked((int)network.InputShape.Size)) : null;
    private float[]? _dense, _view;
    private int _count;
    private bool _isSparse;

    /// <summary>The most rows.</summary>
    public int Rows => rows;

    /// <summary>Starts with no rows.</summary>
    public void Clear()
    {
        _count = 0;
        _sparse?.Clear();
        _isSparse = _sparse is not null;
    }

    /// <summary>Adds the current row of a reader.</summary>
    /// <returns>Whether every feature is finite.</returns>
    public bool Add(FeatureReader reader)
    {
        bool finite = reader.Read();
        ISparseFeatures? sparse = reader is ISparseFeatures { IsSparse: true } some ? some : null;
        if (_isSparse && sparse is null)
            MakeDense();
        if (_isSparse)
            sparse!.AddTo(_sparse!);
        else
            reader.CopyTo(Memory().AsSpan(_count * _width, _width));
        _count++;
        return finite;
    }

    /// <summary>Adds a row of features in the network's order.</summary>
    public void Add(ReadOnlySpan<float> row)
    {
        if (_isSparse)
            MakeDense();
        row.CopyTo(Memory().AsSpan(_count * _width, _width));
        _count++;
    }

    /// <summary>Scores the rows.</summary>
    /// <param name="scores">Receives what <paramref name="head"/> makes of their outputs.</param>
    /// <param name="head">The task.</param>
    public void Run(Span<float> scores, PredictionHead head)
    {
        scores = scores[..(_count * _outputs)];
        if (_isSparse && (!_sparse!.Rows.ArePlainlySparse || !views.Steps.IsEmpty))
            MakeDense();
        if (_isSparse)
            session.Run(_sparse!.Rows, scores);
        else if (views.Steps.IsEmpty)
            session.Run(Memory().AsSpan(0, _count * _width), _count, scores);
        else
        {
            RunViews(scores, head);
            return;
        }
        Finish(scores, head);
    }

    public void Dispose() => session.Dispose();

    /// <summary>The mean over all views of each row.</summary>
    private void RunViews(Span<float> scores, PredictionHead head)
    {
        Span<float> features = Memory().AsSpan(0, _count * _width);
        Span<float> view = (_view ??= new float[rows * _outputs]).AsSpan(0, scores.Length);
        scores.Clear();
        foreach (TestTimeAugmentation flip in views.Steps)
        {
            session.Run(features, _count, view);
            Finish(view, head);
            head.ToMeanScale(view);
            TensorPrimitives.MultiplyAdd(view, 1f / views.Steps.Length, scores, scores);
            views.Flip(features, flip);
        }
        head.FromMeanScale(scores);
    }

    private void Finish(Span<float> scores, PredictionHead head)
    {
        for (int start = 0; start < scores.Length; start += _outputs)
            head.Finish(scores.Slice(start, _outputs));
    }

    private void MakeDense()
    {
        _sparse!.Rows.CopyTo(Memory());
        _isSparse = false;
    }

    private float[] Memory() => _dense ??= MemoryNeed.Rows(
        $"{rows} rows to score in the column {columns}", rows, _width, "Train on fewer features.");
}
