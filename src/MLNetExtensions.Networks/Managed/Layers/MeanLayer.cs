using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Mean"/>
/// <param name="context">What it is made from.</param>
/// <param name="outer">How often the dimension is gone through in a block, apart from <paramref name="inner"/>.</param>
/// <param name="count">Elements that a mean is taken of.</param>
/// <param name="inner">Vectors from one of them to the next.</param>
internal sealed unsafe class MeanLayer<T, TV, S>(LayerContext<T> context, int outer, int count, int inner)
    : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>The layer in the batch-lane layout.</summary>
    public static MeanLayer<T, TV, S> Create(LayerContext<T> context, Mean layer) =>
        Create(context, layer, context.Inputs[0].Channels);

    /// <summary>The layer for planes of vectors: of channels, or of so many of them side by side.</summary>
    public static MeanLayer<T, TV, S> Create(LayerContext<T> context, Mean layer, int planes)
    {
        TensorShape input = context.Inputs[0];
        int[] dimensions = [planes, .. input.Dimensions[1..]];
        int dimension = input.IndexOf(layer.Dimension);
        return new(context, Product(dimensions[..dimension]), dimensions[dimension], Product(dimensions[(dimension + 1)..]));

        static int Product(int[] sizes) => sizes.Aggregate(1, (product, size) => checked(product * size));
    }

    public override void Forward(Pass<T> pass) => Run(pass, Inputs[0].Data, Output.Data, &Average);

    public override void Backward(Pass<T> pass) => Run(pass, OutputGradient!.Data, InputGradients[0]!.Data, &Spread);

    private void Run(Pass<T> pass, T* source, T* target, delegate*<void*, int, int, int, void> body)
    {
        Operands operands = new()
        {
            Source = source, Target = target, Count = count, Inner = inner, Share = T.CreateTruncating(1.0 / count),
        };
        Context.Loop.Run((long)pass.Blocks * outer * inner, count, body, &operands);
    }

    private static void Average(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV share = S.Broadcast(o.Share);
        for (int item = begin; item < end; item++)
        {
            T* source = o.Source + o.Start(item);
            TV sum = S.Load(source);
            for (int i = 1; i < o.Count; i++)
                sum = S.Add(sum, S.Load(source + (long)i * o.Inner * S.Lanes));
            S.Store(o.Target + (long)item * S.Lanes, S.Multiply(share, sum));
        }
    }

    private static void Spread(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV share = S.Broadcast(o.Share);
        for (int item = begin; item < end; item++)
        {
            TV gradient = S.Multiply(share, S.Load(o.Source + (long)item * S.Lanes));
            T* target = o.Target + o.Start(item);
            for (int i = 0; i < o.Count; i++)
                S.Store(target + (long)i * o.Inner * S.Lanes, gradient);
        }
    }

    private struct Operands
    {
        public T* Source, Target;
        public int Count, Inner;
        public T Share;

        /// <summary>The first element of the mean with this number.</summary>
        public readonly long Start(int item)
        {
            (int outer, int inner) = int.DivRem(item, Inner);
            return ((long)outer * Count * Inner + inner) * S.Lanes;
        }
    }
}
