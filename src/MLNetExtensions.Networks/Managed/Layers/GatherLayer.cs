using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Takes values from elsewhere: <see cref="Permute"/> and <see cref="Slice"/>. In the batch-lane layout a value is a
/// vector of examples.</summary>
internal sealed unsafe class GatherLayer<T, TV, S>(LayerContext<T> context, int[] sources) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly bool _takesAll = sources.Length == context.Inputs[0].Size;

    public override double InputDensity(double outputDensity) => outputDensity * sources.Length / Inputs[0].BlockLength * S.Lanes;

    public override void Forward(Pass<T> pass) => Run(pass, Inputs[0].Data, Output.Data, &Gather);

    public override void Backward(Pass<T> pass)
    {
        Tensor<T> gradient = InputGradients[0]!;
        if (!_takesAll)
            Context.Elementwise.Clear(gradient.Data, gradient.BlockLength * pass.Blocks);
        Run(pass, OutputGradient!.Data, gradient.Data, &Scatter);
    }

    private void Run(Pass<T> pass, T* source, T* target, delegate*<void*, int, int, int, void> body)
    {
        fixed (int* places = sources)
        {
            Operands operands = new()
            {
                Source = source, Target = target, Places = places, Count = sources.Length, InputBlock = Inputs[0].BlockLength,
            };
            Context.Loop.Run((long)pass.Blocks * sources.Length, 1, body, &operands);
        }
    }

    private static void Gather(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
            S.Store(o.Target + (long)item * S.Lanes, S.Load(o.Source + o.Place(item)));
    }

    /// <summary>No value is taken twice.</summary>
    private static void Scatter(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
            S.Store(o.Target + o.Place(item), S.Load(o.Source + (long)item * S.Lanes));
    }

    private struct Operands
    {
        public T* Source, Target;
        public int* Places;
        public int Count;
        public long InputBlock;

        public readonly long Place(int item)
        {
            (int block, int place) = int.DivRem(item, Count);
            return block * InputBlock + (long)Places[place] * S.Lanes;
        }
    }
}
