using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Drops values by chance and scales the others up. Which ones is a function of the random numbers and their place: a
/// backward pass drops the same, and the number of threads does not matter.</summary>
internal static unsafe class ValueDropout<T, TV, S>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int ChunkLength = 1024;

    /// <param name="loop">Threads.</param>
    /// <param name="random">The random numbers of the pass.</param>
    /// <param name="probability">The share that is dropped, in [0, 1).</param>
    /// <param name="source">The values.</param>
    /// <param name="target">Receives them; may be the same memory.</param>
    /// <param name="length">How many there are.</param>
    public static void Run(VectorLoop loop, CounterRandom random, double probability, T* source, T* target, long length)
    {
        Operands operands = new()
        {
            Source = source, Target = target, Length = length, Random = random, Probability = probability,
        };
        loop.Run((length + ChunkLength - 1) / ChunkLength, ChunkLength / S.Lanes, &Drop, &operands);
    }

    private static void Drop(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        T* factors = stackalloc T[ChunkLength];
        T kept = T.CreateTruncating(1 / (1 - o.Probability));
        for (int chunk = begin; chunk < end; chunk++)
        {
            long start = (long)chunk * ChunkLength;
            int length = (int)Math.Min(ChunkLength, o.Length - start);
            o.Random.Select(start, new(factors, length), o.Probability, kept);
            for (int i = 0; i < length; i += S.Lanes)
                S.Store(o.Target + start + i, S.Multiply(S.Load(o.Source + start + i), S.Load(factors + i)));
        }
    }

    private struct Operands
    {
        public T* Source, Target;
        public long Length;
        public CounterRandom Random;
        public double Probability;
    }
}
