using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Element-wise arithmetic on whole tensors. Lengths are rounded up to whole vectors; memory is padded to 64
/// bytes.</summary>
internal abstract unsafe class Elementwise<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>sum = a + b; sum may be a or b.</summary>
    public abstract void Add(T* a, T* b, T* sum, long length);

    /// <summary>product = a · b; product may be a or b.</summary>
    public abstract void Multiply(T* a, T* b, T* product, long length);

    /// <summary>values = 0.</summary>
    public abstract void Clear(T* values, long length);

    /// <summary>gradients = 0 where values is an end of the rectifier's range: the gradient of a rectified value with respect to
    /// what was rectified.</summary>
    public abstract void Rectify(Rectifier rectifier, T* values, T* gradients, long length);

    /// <summary>values = values · factor.</summary>
    public abstract void Scale(T* values, T factor, long length);

    /// <summary>values = min(max(values, −bound), bound).</summary>
    public abstract void Clamp(T* values, T bound, long length);

    /// <summary>from = from + share · (to − from).</summary>
    public abstract void Interpolate(T* from, T* to, T share, long length);

    /// <summary>Σ values², added in chunks whose size depends on nothing else: the same for any number of threads. Squares that
    /// overflow a Single are added in Double.</summary>
    public abstract double SumOfSquares(T* values, long length);

    /// <summary>Writes the sum of each channel over all lanes of some blocks.</summary>
    /// <param name="values">[blocks][channels][plane] vectors.</param>
    /// <param name="blocks">Blocks.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="plane">Vectors of a channel.</param>
    /// <param name="sums">A number a channel.</param>
    public abstract void SumChannels(T* values, int blocks, int channels, int plane, T* sums);

    public static Elementwise<T> Create(SimdLevel level, VectorLoop loop) =>
        SimdLevels.Bind<T, Binder, Elementwise<T>>(level, new(loop));

    private readonly struct Binder(VectorLoop loop) : ISimdBinder<T, Elementwise<T>>
    {
        public Elementwise<T> Bind<TV, S>()
            where TV : unmanaged
            where S : struct, ISimd<T, TV> => new Elementwise<T, TV, S>(loop);
    }
}

/// <inheritdoc/>
internal sealed unsafe class Elementwise<T, TV, S>(VectorLoop loop) : Elementwise<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>Vectors whose squares are added before they join the total.</summary>
    private const int ChunkVectors = 1024;

    public override void Add(T* a, T* b, T* sum, long length) => Run(&AddVectors, length, new() { A = a, B = b, Target = sum });

    public override void Multiply(T* a, T* b, T* product, long length) =>
        Run(&MultiplyVectors, length, new() { A = a, B = b, Target = product });

    public override void Clear(T* values, long length) => Run(&ClearVectors, length, new() { Target = values });

    public override void Rectify(Rectifier rectifier, T* values, T* gradients, long length) =>
        Run(&RectifyVectors, length, new() { A = values, Target = gradients, Number = rectifier.Ceiling<T>() });

    public override void Scale(T* values, T factor, long length) =>
        Run(&ScaleVectors, length, new() { Target = values, Number = factor });

    public override void Clamp(T* values, T bound, long length) =>
        Run(&ClampVectors, length, new() { Target = values, Number = bound });

    public override void Interpolate(T* from, T* to, T share, long length) =>
        Run(&InterpolateVectors, length, new() { Target = from, A = to, Number = share });

    public override double SumOfSquares(T* values, long length)
    {
        double total = 0;
        for (long start = 0, vectors = Vectors(length); start < vectors; start += ChunkVectors)
        {
            TV sum = S.Zero;
            for (long i = start, end = Math.Min(start + ChunkVectors, vectors); i < end; i++)
            {
                TV value = S.Load(values + i * S.Lanes);
                sum = S.MultiplyAdd(value, value, sum);
            }
            double chunk = double.CreateTruncating(S.Sum(sum));
            total += double.IsFinite(chunk) ? chunk : SumInDouble(values, start, Math.Min(start + ChunkVectors, vectors));
        }
        return total;
    }

    public override void SumChannels(T* values, int blocks, int channels, int plane, T* sums)
    {
        Operands operands = new() { A = values, Target = sums, Blocks = blocks, Channels = channels, Plane = plane };
        loop.Run(channels, (long)blocks * plane, &SumChannel, &operands);
    }

    private static double SumInDouble(T* values, long begin, long end)
    {
        double sum = 0;
        for (long i = begin * S.Lanes; i < end * S.Lanes; i++)
        {
            double value = double.CreateTruncating(values[i]);
            sum += value * value;
        }
        return sum;
    }

    private static long Vectors(long length) => (length + S.Lanes - 1) / S.Lanes;

    private void Run(delegate*<void*, int, int, int, void> body, long length, Operands operands) =>
        loop.Run(Vectors(length), 1, body, &operands);

    private static void AddVectors(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
            S.Store(o.Target + i, S.Add(S.Load(o.A + i), S.Load(o.B + i)));
    }

    private static void MultiplyVectors(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
            S.Store(o.Target + i, S.Multiply(S.Load(o.A + i), S.Load(o.B + i)));
    }

    private static void ClearVectors(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
            S.Store(o.Target + i, S.Zero);
    }

    private static void RectifyVectors(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV ceiling = S.Broadcast(o.Number);
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
        {
            TV value = S.Load(o.A + i), gradient = S.Select(S.GreaterThan(ceiling, value), S.Load(o.Target + i), S.Zero);
            S.Store(o.Target + i, S.Select(S.GreaterThan(value, S.Zero), gradient, S.Zero));
        }
    }

    private static void ScaleVectors(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV factor = S.Broadcast(o.Number);
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
            S.Store(o.Target + i, S.Multiply(S.Load(o.Target + i), factor));
    }

    private static void ClampVectors(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV upper = S.Broadcast(o.Number), lower = S.Broadcast(-o.Number);
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
            S.Store(o.Target + i, S.Min(upper, S.Max(lower, S.Load(o.Target + i))));
    }

    private static void InterpolateVectors(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV share = S.Broadcast(o.Number);
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
        {
            TV value = S.Load(o.Target + i);
            S.Store(o.Target + i, S.MultiplyAdd(share, S.Subtract(S.Load(o.A + i), value), value));
        }
    }

    private static void SumChannel(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int c = begin; c < end; c++)
            o.Target[c] = LaneSum<T, TV, S>.SumPlanes(o.A, o.Blocks, o.Channels, c, o.Plane);
    }

    private struct Operands
    {
        public T* A, B, Target;
        public int Blocks, Channels, Plane;
        public T Number;
    }
}
