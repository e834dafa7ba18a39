using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Upsample"/>
/// <remarks>A plane of vectors is enlarged at a time, whatever the lanes are: images or channels.</remarks>
internal sealed unsafe class UpsampleLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _planes, _inWidth, _inSize;
    private readonly bool _interpolates;
    private readonly Sample[] _rows, _columns;

    /// <param name="context">What it is made from.</param>
    /// <param name="layer">The definition.</param>
    /// <param name="planes">The number of planes of vectors in a block.</param>
    public UpsampleLayer(LayerContext<T> context, Upsample layer, int planes)
        : base(context)
    {
        TensorShape input = context.Inputs[0];
        (_planes, _inWidth, _inSize) = (planes, input[2], input.SpatialSize);
        _interpolates = layer.Mode == UpsampleMode.Bilinear;
        _rows = Samples(layer, input[1], context.Output[1]);
        _columns = Samples(layer, input[2], context.Output[2]);
    }

    public override void Forward(Pass<T> pass) => Run(pass, Inputs[0].Data, Output.Data, _interpolates ? &Interpolate : &Repeat);

    public override void Backward(Pass<T> pass) =>
        Run(pass, OutputGradient!.Data, InputGradients[0]!.Data, _interpolates ? &Spread : &Collect);

    private void Run(Pass<T> pass, T* source, T* target, delegate*<void*, int, int, int, void> body)
    {
        fixed (Sample* rows = _rows, columns = _columns)
        {
            Operands operands = new()
            {
                Source = source, Target = target, Rows = rows, Columns = columns, Height = _rows.Length, Width = _columns.Length,
                InWidth = _inWidth, InSize = _inSize,
            };
            Context.Loop.Run((long)pass.Blocks * _planes, (long)_rows.Length * _columns.Length, body, &operands);
        }
    }

    private static Sample[] Samples(Upsample layer, int input, int output) =>
    [
        .. Enumerable.Range(0, output).Select(i =>
        {
            if (layer.Mode == UpsampleMode.Nearest)
                return new Sample((int)((long)i * input / output), 0, T.Zero);
            double place = !layer.AlignCorners ? Math.Max(0, (i + 0.5) * input / output - 0.5)
                : output > 1 ? (double)i * (input - 1) / (output - 1) : 0;
            int first = Math.Min((int)place, input - 1);
            return new Sample(first, Math.Min(first + 1, input - 1), T.CreateTruncating(place - first));
        }),
    ];

    private static void Repeat(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int plane = begin; plane < end; plane++)
        {
            T* target = o.Large(o.Target, plane);
            for (int y = 0; y < o.Height; y++)
            {
                T* row = o.Row(o.Source, plane, o.Rows[y].First);
                for (int x = 0; x < o.Width; x++, target += S.Lanes)
                    S.Store(target, S.Load(row + (nint)o.Columns[x].First * S.Lanes));
            }
        }
    }

    private static void Collect(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int plane = begin; plane < end; plane++)
        {
            T* source = o.Large(o.Source, plane);
            o.Clear(plane);
            for (int y = 0; y < o.Height; y++)
            {
                T* row = o.Row(o.Target, plane, o.Rows[y].First);
                for (int x = 0; x < o.Width; x++, source += S.Lanes)
                    Add(row + (nint)o.Columns[x].First * S.Lanes, S.Load(source));
            }
        }
    }

    private static void Interpolate(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int plane = begin; plane < end; plane++)
        {
            T* target = o.Large(o.Target, plane);
            for (int y = 0; y < o.Height; y++)
            {
                Sample row = o.Rows[y];
                T* upper = o.Row(o.Source, plane, row.First), lower = o.Row(o.Source, plane, row.Second);
                TV below = S.Broadcast(row.Share), above = S.Broadcast(T.One - row.Share);
                for (int x = 0; x < o.Width; x++, target += S.Lanes)
                {
                    Sample column = o.Columns[x];
                    nint left = (nint)column.First * S.Lanes, right = (nint)column.Second * S.Lanes;
                    TV after = S.Broadcast(column.Share), before = S.Broadcast(T.One - column.Share);
                    TV top = S.MultiplyAdd(before, S.Load(upper + left), S.Multiply(after, S.Load(upper + right)));
                    TV bottom = S.MultiplyAdd(before, S.Load(lower + left), S.Multiply(after, S.Load(lower + right)));
                    S.Store(target, S.MultiplyAdd(above, top, S.Multiply(below, bottom)));
                }
            }
        }
    }

    private static void Spread(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int plane = begin; plane < end; plane++)
        {
            T* source = o.Large(o.Source, plane);
            o.Clear(plane);
            for (int y = 0; y < o.Height; y++)
            {
                Sample row = o.Rows[y];
                T* upper = o.Row(o.Target, plane, row.First), lower = o.Row(o.Target, plane, row.Second);
                TV below = S.Broadcast(row.Share), above = S.Broadcast(T.One - row.Share);
                for (int x = 0; x < o.Width; x++, source += S.Lanes)
                {
                    Sample column = o.Columns[x];
                    nint left = (nint)column.First * S.Lanes, right = (nint)column.Second * S.Lanes;
                    TV after = S.Broadcast(column.Share), before = S.Broadcast(T.One - column.Share);
                    TV gradient = S.Load(source), top = S.Multiply(above, gradient), bottom = S.Multiply(below, gradient);
                    Add(upper + left, S.Multiply(before, top));
                    Add(upper + right, S.Multiply(after, top));
                    Add(lower + left, S.Multiply(before, bottom));
                    Add(lower + right, S.Multiply(after, bottom));
                }
            }
        }
    }

    private static void Add(T* sum, TV value) => S.Store(sum, S.Add(S.Load(sum), value));

    /// <summary>Two neighbours in the image, and the share of the second in what lies between them.</summary>
    private readonly record struct Sample(int First, int Second, T Share);

    private struct Operands
    {
        public T* Source, Target;
        public Sample* Rows, Columns;
        public int Height, Width, InWidth, InSize;

        /// <summary>A plane of the enlarged image.</summary>
        public readonly T* Large(T* planes, int plane) => planes + (long)plane * Height * Width * S.Lanes;

        /// <summary>A row of a plane of the image.</summary>
        public readonly T* Row(T* planes, int plane, int row) => planes + ((long)plane * InSize + (long)row * InWidth) * S.Lanes;

        public readonly void Clear(int plane) => new Span<T>(Row(Target, plane, 0), InSize * S.Lanes).Clear();
    }
}
