using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Pooling of planes <c>[planes][H][W][V]</c>, whatever the lanes are: images or channels.</summary>
internal abstract unsafe class Pooling<T> : IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly WorkerPool _pool;
    private readonly int _inputSize;
    private readonly int _outputSize;
    private readonly bool _windowsTile;
    private T* _x;
    private T* _y;
    private T* _dy;
    private T* _dx;

    protected Pooling(PoolWindow[] rows, PoolWindow[] columns, int inputSize, int lanes, WorkerPool pool)
    {
        Rows = rows;
        Columns = columns;
        _pool = pool;
        _inputSize = inputSize * lanes;
        _outputSize = rows.Length * columns.Length * lanes;
        _windowsTile = Tile(rows, columns, inputSize);
    }

    protected PoolWindow[] Rows { get; }

    protected PoolWindow[] Columns { get; }

    protected Rectifier Rectifier { get; private set; }

    public void Forward(T* input, T* output, int planes)
    {
        _x = input;
        _y = output;
        _dy = null;
        Start(planes);
    }

    /// <summary>Overwrites <paramref name="inputGradient"/>. Input and output may be null where only sizes matter
    /// (averages).</summary>
    /// <param name="input">The input of the forward pass.</param>
    /// <param name="output">Its output.</param>
    /// <param name="outputGradient">The gradient of the output.</param>
    /// <param name="inputGradient">Where the gradient of the input goes.</param>
    /// <param name="planes">Planes of vectors.</param>
    /// <param name="rectifier">What the input was clamped by, if the gradient of what it was before is wanted: zero where the
    /// input is an end of the range. Of maxima only.</param>
    public void Backward(
        T* input, T* output, T* outputGradient, T* inputGradient, int planes, Rectifier rectifier = Rectifier.None)
    {
        Rectifier = rectifier;
        _x = input;
        _y = output;
        _dy = outputGradient;
        _dx = inputGradient;
        Start(planes);
    }

    void IParallelWork.Run(int begin, int end, int worker)
    {
        for (nint plane = begin; plane < end; plane++)
        {
            if (_dy == null)
            {
                ForwardPlane(_x + plane * _inputSize, _y + plane * _outputSize);
            }
            else
            {
                T* gradient = _dx + plane * _inputSize;
                if (!_windowsTile)
                    new Span<T>(gradient, _inputSize).Clear();
                BackwardPlane(
                    _x + plane * _inputSize, _y + plane * _outputSize, _dy + plane * _outputSize, gradient, adds: !_windowsTile);
            }
        }
    }

    protected abstract void ForwardPlane(T* input, T* output);

    /// <param name="input">A plane of the input.</param>
    /// <param name="output">A plane of the output.</param>
    /// <param name="outputGradient">Its gradient.</param>
    /// <param name="inputGradient">Where the gradient of the input goes.</param>
    /// <param name="adds">Whether to add to what is there (zero at first), because windows overlap; else each element is written
    /// once.</param>
    protected abstract void BackwardPlane(T* input, T* output, T* outputGradient, T* inputGradient, bool adds);

    /// <summary>Whether every input belongs to exactly one window.</summary>
    private static bool Tile(PoolWindow[] rows, PoolWindow[] columns, int inputSize) =>
        Disjoint(rows) && Disjoint(columns) && rows.Sum(row => row.Count) * columns.Sum(column => column.Count) == inputSize;

    private static bool Disjoint(PoolWindow[] windows) =>
        windows.Zip(windows.Skip(1)).All(pair => pair.First.First + (pair.First.Count - 1) * pair.First.Step < pair.Second.First);

    private void Start(int planes) => _pool.Run(this, planes, inline: (long)planes * _inputSize < InlineWork.PooledNumbers);
}
