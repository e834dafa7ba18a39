using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// A fully connected layer on sparse rows with weights <c>[out][in]</c>, and the gradients of its weights: only what is stored of
/// the rows is multiplied. Sums go over it in the order in which <see cref="BatchLinear{T}"/> goes over all values, so that the
/// results are those of the same rows with their zeros, to the bit. Not thread-safe: it uses the pool inside.
/// </summary>
internal abstract unsafe class SparseLinear<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>y = w · x + bias (null: none), clamped by <paramref name="rectifier"/>; y is batch-lane,
    /// <c>[blocks][out][V]</c>.</summary>
    public abstract void Forward(SparseBatch<T> x, T* w, T* bias, T* y, int blocks, Rectifier rectifier);

    /// <summary>Overwrites <paramref name="dw"/> and <paramref name="db"/> (null: not wanted) with the gradients summed over all
    /// rows: <paramref name="dy"/>, batch-lane, must be zero in lanes without a row.</summary>
    public abstract void BackwardWeights(SparseBatch<T> x, T* dy, T* dw, T* db, int blocks);
}

/// <inheritdoc/>
internal sealed unsafe class SparseLinear<T, TV, S>(int inFeatures, int outFeatures, WorkerPool pool) : SparseLinear<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly ForwardWork _forward = new(inFeatures, outFeatures);
    private readonly BackwardWork _backward = new(inFeatures, outFeatures);

    public override void Forward(SparseBatch<T> x, T* w, T* bias, T* y, int blocks, Rectifier rectifier)
    {
        _forward.Set(x, w, bias, y, blocks, rectifier);
        Run(_forward, x.Length);
    }

    public override void BackwardWeights(SparseBatch<T> x, T* dy, T* dw, T* db, int blocks)
    {
        _backward.Set(x, dy, dw, db, blocks);
        Run(_backward, x.Length + inFeatures / S.Lanes);
    }

    private void Run(IParallelWork work, long vectorsPerOutput) =>
        pool.Run(work, outFeatures, inline: vectorsPerOutput * outFeatures < InlineWork.SparseMultiplyAdds);

    /// <summary>The items are outputs: a thread stays within the weights of one.</summary>
    private sealed class ForwardWork(int inputs, int outputs) : IParallelWork
    {
        private SparseBatch<T> _x = null!;
        private T* _w, _bias, _y;
        private int _blocks;
        private T _floor, _ceiling;

        public void Set(SparseBatch<T> x, T* w, T* bias, T* y, int blocks, Rectifier rectifier)
        {
            (_x, _blocks) = (x, blocks);
            _w = w;
            _bias = bias;
            _y = y;
            (_floor, _ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        }

        public void Run(int begin, int end, int worker)
        {
            TV floor = S.Broadcast(_floor), ceiling = S.Broadcast(_ceiling);
            for (int output = begin; output < end; output++)
            {
                T* weights = _w + (nint)output * inputs;
                T bias = _bias == null ? T.Zero : _bias[output];
                for (int block = 0; block < _blocks; block++)
                {
                    T* target = _y + ((nint)block * outputs + output) * S.Lanes;
                    for (int lane = 0; lane < S.Lanes; lane++)
                        target[lane] = Sum(weights, bias, block * S.Lanes + lane);
                    S.Store(target, S.Min(ceiling, S.Max(floor, S.Load(target))));
                }
            }
        }

        private T Sum(T* weights, T sum, int row)
        {
            if (row >= _x.Count)
                return sum;
            int* indices = _x.Indices;
            T* values = _x.Values;
            for (int i = _x.Starts[row], end = _x.Starts[row + 1]; i < end; i++)
                sum = T.MultiplyAddEstimate(weights[indices[i]], values[i], sum);
            return sum;
        }
    }

    /// <summary>The items are outputs: each thread adds to weights of its own.</summary>
    private sealed class BackwardWork(int inputs, int outputs) : IParallelWork
    {
        private SparseBatch<T> _x = null!;
        private T* _dy, _dw, _db;
        private int _blocks;

        public void Set(SparseBatch<T> x, T* dy, T* dw, T* db, int blocks)
        {
            (_x, _blocks) = (x, blocks);
            _dy = dy;
            _dw = dw;
            _db = db;
        }

        public void Run(int begin, int end, int worker)
        {
            for (int output = begin; output < end; output++)
            {
                if (_dw != null)
                    AddWeights(output, _dw + (nint)output * inputs);
                if (_db != null)
                    _db[output] = AddBias(output);
            }
        }

        private void AddWeights(int output, T* gradient)
        {
            new Span<T>(gradient, inputs).Clear();
            int* indices = _x.Indices;
            T* values = _x.Values;
            for (int row = 0; row < _x.Count; row++)
            {
                T slope = _dy[((nint)(row / S.Lanes) * outputs + output) * S.Lanes + row % S.Lanes];
                for (int i = _x.Starts[row], end = _x.Starts[row + 1]; i < end; i++)
                {
                    T* place = gradient + indices[i];
                    *place = T.MultiplyAddEstimate(slope, values[i], *place);
                }
            }
        }

        private T AddBias(int output)
        {
            TV sum = S.Zero;
            for (int block = 0; block < _blocks; block++)
                sum = S.Add(sum, S.Load(_dy + ((nint)block * outputs + output) * S.Lanes));
            return S.Sum(sum);
        }
    }
}
