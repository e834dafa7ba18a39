using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Dropout"/>
/// <remarks>Which values are dropped is a function of seed, layer, step and place: nothing is stored for the backward pass, and
/// the number of threads does not matter.</remarks>
internal sealed unsafe class DropoutLayer<T, TV, S>(LayerContext<T> context, Dropout layer) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int ChunkLength = 1024;

    public override bool RunsInPlace => true;

    public override bool BackwardRunsInPlace => true;

    public override void Forward(Pass<T> pass)
    {
        if (pass.Training)
            Drop(pass, Inputs[0].Data, Output.Data);
        else if (Inputs[0].Data != Output.Data)
            Buffer.MemoryCopy(Inputs[0].Data, Output.Data, Output.Length * sizeof(T),
                Output.BlockLength * pass.Blocks * sizeof(T));
    }

    public override void Backward(Pass<T> pass) => Drop(pass, OutputGradient!.Data, InputGradients[0]!.Data);

    private void Drop(Pass<T> pass, T* source, T* target)
    {
        Operands operands = new()
        {
            Source = source,
            Target = target,
            Length = Output.BlockLength * pass.Blocks,
            Random = new(Context.TrainingSeed!.Value, Context.Index, pass.Draw),
            Probability = layer.Probability,
        };
        Context.Loop.Run((operands.Length + ChunkLength - 1) / ChunkLength, ChunkLength / S.Lanes, &Drop, &operands);
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
