using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="GaussianSample"/>
/// <remarks>What is drawn is a function of seed, layer, step and place, so the backward pass draws it again.</remarks>
internal sealed unsafe class GaussianSampleLayer<T, TV, S>(LayerContext<T> context) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int ChunkLength = 512;

    public override BackwardReads BackwardReads => BackwardReads.Input;

    public override void Forward(Pass<T> pass)
    {
        if (!pass.Training)
        {
            long length = Output.BlockLength * pass.Blocks * sizeof(T);
            Buffer.MemoryCopy(Inputs[0].Data, Output.Data, length, length);
            return;
        }
        Operands operands = Operate(pass);
        Run(&operands, &Draw);
    }

    public override void Backward(Pass<T> pass)
    {
        if (InputGradients[0] is { } mean)
        {
            long length = Output.BlockLength * pass.Blocks * sizeof(T);
            Buffer.MemoryCopy(OutputGradient!.Data, mean.Data, length, length);
        }
        if (InputGradients[1] is not { } logVariance)
            return;
        Operands operands = Operate(pass) with { Gradient = OutputGradient!.Data, Target = logVariance.Data };
        Run(&operands, &Derive);
    }

    private Operands Operate(Pass<T> pass) => new()
    {
        Mean = Inputs[0].Data,
        LogVariance = Inputs[1].Data,
        Target = Output.Data,
        Length = Output.BlockLength * pass.Blocks,
        Random = new(Context.TrainingSeed!.Value, Context.Index, pass.Draw),
    };

    private void Run(Operands* operands, delegate*<void*, int, int, int, void> work) =>
        Context.Loop.Run((operands->Length + ChunkLength - 1) / ChunkLength, ChunkLength, work, operands);

    private static void Draw(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        T* normals = stackalloc T[ChunkLength];
        TV half = S.Broadcast(T.CreateTruncating(0.5));
        for (int chunk = begin; chunk < end; chunk++)
        {
            (long start, int length) = o.Chunk(chunk);
            o.Random.Normal(start, new Span<T>(normals, length));
            for (int i = 0; i < length; i += S.Lanes)
            {
                TV deviation = S.Exp(S.Multiply(half, S.Load(o.LogVariance + start + i)));
                S.Store(o.Target + start + i, S.MultiplyAdd(deviation, S.Load(normals + i), S.Load(o.Mean + start + i)));
            }
        }
    }

    /// <summary>The derivative by the log variance: half the deviation times what was drawn.</summary>
    private static void Derive(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        T* normals = stackalloc T[ChunkLength];
        TV half = S.Broadcast(T.CreateTruncating(0.5));
        for (int chunk = begin; chunk < end; chunk++)
        {
            (long start, int length) = o.Chunk(chunk);
            o.Random.Normal(start, new Span<T>(normals, length));
            for (int i = 0; i < length; i += S.Lanes)
            {
                TV deviation = S.Exp(S.Multiply(half, S.Load(o.LogVariance + start + i)));
                TV slope = S.Multiply(S.Multiply(half, deviation), S.Load(normals + i));
                S.Store(o.Target + start + i, S.Multiply(slope, S.Load(o.Gradient + start + i)));
            }
        }
    }

    private struct Operands
    {
        public T* Mean, LogVariance, Gradient, Target;
        public long Length;
        public CounterRandom Random;

        public readonly (long Start, int Length) Chunk(int index)
        {
            long start = (long)index * ChunkLength;
            return (start, (int)Math.Min(ChunkLength, Length - start));
        }
    }
}
