using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Pooling of planes <c>[planes][H][W][V]</c>, whatever the lanes are: images or channels.</summary>
internal abstract unsafe class Pooling<T> : IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Vectors below which waking other threads costs more than it gives.</summary>
    private const int InlineWork = 8_000;

    private readonly WorkerPool pool;
    private readonly int inputSize;
    private readonly int outputSize;
    private readonly bool windowsTile;
    private T* x;
    private T* y;
    private T* dy;
    private T* dx;

    protected Pooling(PoolWindow[] rows, PoolWindow[] columns, int inputSize, int lanes, WorkerPool pool)
    {
        Rows = rows;
        Columns = columns;
        this.pool = pool;
        this.inputSize = inputSize * lanes;
        outputSize = rows.Length * columns.Length * lanes;
        windowsTile = Tile(rows, columns, inputSize);
    }

    protected PoolWindow[] Rows { get; }

    protected PoolWindow[] Columns { get; }

    protected Rectifier Rectifier { get; private set; }

    public void Forward(T* input, T* output, int planes)
    {
        x = input;
        y = output;
        dy = null;
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
        x = input;
        y = output;
        dy = outputGradient;
        dx = inputGradient;
        Start(planes);
    }

    void IParallelWork.Run(int begin, int end, int worker)
    {
        for (nint plane = begin; plane < end; plane++)
        {
            if (dy == null)
            {
                ForwardPlane(x + plane * inputSize, y + plane * outputSize);
            }
            else
            {
                var gradient = dx + plane * inputSize;
                if (!windowsTile)
                {
                    new Span<T>(gradient, inputSize).Clear();
                }

                BackwardPlane(
                    x + plane * inputSize, y + plane * outputSize, dy + plane * outputSize, gradient, adds: !windowsTile);
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

    private void Start(int planes)
    {
        if ((long)planes * inputSize < InlineWork)
        {
            ((IParallelWork)this).Run(0, planes, 0);
        }
        else
        {
            pool.Run(this, planes);
        }
    }
}
