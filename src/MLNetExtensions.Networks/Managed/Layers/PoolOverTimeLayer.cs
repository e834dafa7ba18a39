using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="PoolOverTime"/>
internal sealed unsafe class PoolOverTimeLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly TimePooling _mode;
    private readonly int _outer, _length, _inner;

    /// <summary>A mask that all rows of lanes share: of ones where the layer has none, of one example in the channel-lane layout
    /// each step's number in all lanes.</summary>
    private readonly NativeBuffer<T>? _shared;
    private readonly bool _hasMask;

    /// <param name="context">What it is made from.</param>
    /// <param name="layer">The definition.</param>
    /// <param name="channels">The first dimension in a block: its size, or the vectors of channels of one example.</param>
    /// <param name="sharesMask">Whether all lanes are of one example.</param>
    public PoolOverTimeLayer(LayerContext<T> context, PoolOverTime layer, int channels, bool sharesMask)
        : base(context)
    {
        TensorShape input = context.Inputs[0];
        int dimension = input.IndexOf(layer.Dimension);
        (_mode, _length) = (layer.Mode, input[dimension]);
        _outer = dimension == 0 ? 1 : checked(channels * Product(input.Dimensions[1..dimension]));
        _inner = Product(input.Dimensions[(dimension + 1)..]);
        _hasMask = context.Inputs.Length > 1;
        if (_hasMask && !sharesMask)
            return;
        _shared = new((long)_length * S.Lanes);
        _shared.Span.Fill(T.One);

        static int Product(ReadOnlySpan<int> sizes)
        {
            int product = 1;
            foreach (int size in sizes)
                product = checked(product * size);
            return product;
        }
    }

    public override BackwardReads BackwardReads =>
        (_hasMask || _mode == TimePooling.Max ? BackwardReads.Input : BackwardReads.None)
        | (_mode == TimePooling.Max ? BackwardReads.Output : BackwardReads.None);

    public override double InputDensity(double outputDensity) => _mode == TimePooling.Mean ? 1 : outputDensity / _length;

    public override void Forward(Pass<T> pass) => Run(pass, null, null, _mode switch
    {
        TimePooling.Max => &Largest,
        TimePooling.Mean => &Average,
        _ => &TakeLast,
    });

    public override void Backward(Pass<T> pass) =>
        Run(pass, OutputGradient!.Data, InputGradients[0]!.Data, _mode switch
        {
            TimePooling.Max => &GiveLargest,
            TimePooling.Mean => &Spread,
            _ => &GiveLast,
        });

    public override void Dispose() => _shared?.Dispose();

    private void Run(Pass<T> pass, T* outputGradient, T* inputGradient, delegate*<void*, int, int, int, void> body)
    {
        for (int step = 0; _hasMask && _shared is not null && step < _length; step++)
            S.Store(_shared.Pointer + (nint)step * S.Lanes, S.Broadcast(Inputs[1].Data[step]));
        Operands operands = new()
        {
            Input = Inputs[0].Data, Output = Output.Data, OutputGradient = outputGradient, InputGradient = inputGradient,
            Mask = _shared is null ? Inputs[1].Data : _shared.Pointer, MaskBlock = _shared is null ? (nint)_length * S.Lanes : 0,
            Outer = _outer, Length = _length, Inner = _inner,
        };
        Context.Loop.Run((long)pass.Blocks * _outer * _inner, 2L * _length, body, &operands);
    }

    private static void Largest(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV least = S.Broadcast(T.NegativeInfinity);
        for (int item = begin; item < end; item++)
        {
            nint start = o.Start(item);
            T* mask = o.MaskOf(item);
            TV largest = least, any = S.Zero;
            for (int t = 0; t < o.Length; t++, start += o.Step)
            {
                TV counts = Operands.Counts(mask, t), value = S.Load(o.Input + start);
                // Max takes a NaN on its right; one that is already there stays.
                TV larger = S.Select(S.AreEqual(largest, largest), S.Max(largest, value), largest);
                largest = S.Select(counts, larger, largest);
                any = S.Select(counts, S.Broadcast(T.One), any);
            }
            S.Store(o.Output + (nint)item * S.Lanes, S.Select(S.GreaterThan(any, S.Zero), largest, S.Zero));
        }
    }

    /// <summary>The first of the largest values has all of the gradient.</summary>
    private static void GiveLargest(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
        {
            nint start = o.Start(item);
            T* mask = o.MaskOf(item);
            TV largest = S.Load(o.Output + (nint)item * S.Lanes), gradient = S.Load(o.OutputGradient + (nint)item * S.Lanes);
            for (int t = 0; t < o.Length; t++, start += o.Step)
            {
                TV isLargest = S.AreEqual(S.Load(o.Input + start), largest), counts = Operands.Counts(mask, t);
                S.Store(o.InputGradient + start, S.Select(counts, S.Select(isLargest, gradient, S.Zero), S.Zero));
                gradient = S.Select(counts, S.Select(isLargest, S.Zero, gradient), gradient);
            }
        }
    }

    private static void Average(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
        {
            nint start = o.Start(item);
            T* mask = o.MaskOf(item);
            TV sum = S.Zero, share = o.Share(mask);
            for (int t = 0; t < o.Length; t++, start += o.Step)
                sum = S.Add(sum, S.Select(Operands.Counts(mask, t), S.Load(o.Input + start), S.Zero));
            S.Store(o.Output + (nint)item * S.Lanes, S.Multiply(share, sum));
        }
    }

    private static void Spread(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
        {
            nint start = o.Start(item);
            T* mask = o.MaskOf(item);
            TV gradient = S.Multiply(o.Share(mask), S.Load(o.OutputGradient + (nint)item * S.Lanes));
            for (int t = 0; t < o.Length; t++, start += o.Step)
                S.Store(o.InputGradient + start, S.Select(Operands.Counts(mask, t), gradient, S.Zero));
        }
    }

    private static void TakeLast(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
        {
            nint start = o.Start(item);
            T* mask = o.MaskOf(item);
            TV last = S.Zero;
            for (int t = 0; t < o.Length; t++, start += o.Step)
                last = S.Select(Operands.Counts(mask, t), S.Load(o.Input + start), last);
            S.Store(o.Output + (nint)item * S.Lanes, last);
        }
    }

    private static void GiveLast(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
        {
            nint start = o.Start(item);
            T* mask = o.MaskOf(item);
            TV gradient = S.Load(o.OutputGradient + (nint)item * S.Lanes);
            for (int t = o.Length - 1; t >= 0; t--)
            {
                TV counts = Operands.Counts(mask, t);
                S.Store(o.InputGradient + start + t * o.Step, S.Select(counts, gradient, S.Zero));
                gradient = S.Select(counts, S.Zero, gradient);
            }
        }
    }

    private struct Operands
    {
        public T* Input, Output, OutputGradient, InputGradient, Mask;
        public nint MaskBlock;
        public int Outer, Length, Inner;

        /// <summary>Elements from one step to the next.</summary>
        public readonly nint Step => (nint)Inner * S.Lanes;

        /// <summary>The first step of a feature.</summary>
        public readonly nint Start(int item)
        {
            (int row, int inner) = int.DivRem(item, Inner);
            return ((nint)row * Length * Inner + inner) * S.Lanes;
        }

        /// <summary>The mask of its block.</summary>
        public readonly T* MaskOf(int item) => Mask + item / (Outer * Inner) * MaskBlock;

        /// <summary>Set where the step counts.</summary>
        public static TV Counts(T* mask, int step) => S.GreaterThan(S.Load(mask + (nint)step * S.Lanes), S.Zero);

        /// <summary>One over the number of steps; 0 where there is none.</summary>
        public readonly TV Share(T* mask)
        {
            TV one = S.Broadcast(T.One), count = S.Zero;
            for (int t = 0; t < Length; t++)
                count = S.Add(count, S.Select(Counts(mask, t), one, S.Zero));
            return S.Select(S.GreaterThan(count, S.Zero), S.Divide(one, S.Max(one, count)), S.Zero);
        }
    }
}
