using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="LayerNorm"/>
/// <remarks>Each lane, an example, has statistics of its own, so no sum crosses lanes but those of the parameters'
/// gradients.</remarks>
internal sealed unsafe class LayerNormLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly LayerNorm _layer;

    /// <summary>Values that are normalised together, and how many such rows an example has.</summary>
    private readonly int _size, _rows;
    private readonly ParameterSlot? _weight, _bias;

    /// <summary>Mean and 1/√(variance + ε) of each row and lane.</summary>
    private readonly Tensor<T> _mean, _scale;

    public LayerNormLayer(LayerContext<T> context, LayerNorm layer)
        : base(context)
    {
        _layer = layer;
        _size = checked((int)layer.NormalizedShape(context.Output).Size);
        _rows = checked((int)(context.Output.Size / _size));
        (_weight, _bias) = (context.Parameter("weight"), context.Parameter("bias"));
        (_mean, _scale) = (new((long)_rows * S.Lanes, context.MaxBlocks), new((long)_rows * S.Lanes, context.MaxBlocks));
    }

    public override bool IsTrained => _weight is { Trainable: true } || _bias is { Trainable: true };

    public override BackwardReads BackwardReads => BackwardReads.Input;

    public override bool BackwardRunsInPlace => true;

    public override IEnumerable<Tensor<T>> Scratch => [_mean, _scale];

    public override void Forward(Pass<T> pass)
    {
        Operands operands = MakeOperands(pass);
        Context.Loop.Run((long)pass.Blocks * _rows, _size, &Forward, &operands);
    }

    public override void Backward(Pass<T> pass)
    {
        Operands operands = MakeOperands(pass);
        if (IsTrained)
            Context.Loop.Run(_size, (long)pass.Blocks * _rows, &BackwardParameters, &operands);
        if (operands.InputGradient != null)
            Context.Loop.Run((long)pass.Blocks * _rows, _size, &BackwardInput, &operands);
    }

    private Operands MakeOperands(Pass<T> pass) => new()
    {
        Input = Inputs[0].Data,
        Output = Output.Data,
        Gradient = OutputGradient is null ? null : OutputGradient.Data,
        InputGradient = InputGradients[0] is { } gradient ? gradient.Data : null,
        Weight = _weight is null ? null : pass.Parameters + _weight.Offset,
        Bias = _bias is null ? null : pass.Parameters + _bias.Offset,
        WeightGradient = _weight is { Trainable: true } ? pass.Gradients + _weight.Offset : null,
        BiasGradient = _bias is { Trainable: true } ? pass.Gradients + _bias.Offset : null,
        Mean = _mean.Data,
        Scale = _scale.Data,
        Epsilon = T.CreateTruncating(_layer.Epsilon),
        SizeInverse = T.CreateTruncating(1.0 / _size),
        Rows = pass.Blocks * _rows,
        Size = _size,
    };

    private static void Forward(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV sizeInverse = S.Broadcast(o.SizeInverse);
        for (long row = begin; row < end; row++)
        {
            T* input = o.Input + row * o.Size * S.Lanes, output = o.Output + row * o.Size * S.Lanes;
            TV sum = S.Zero, squares = S.Zero;
            for (int i = 0; i < o.Size; i++)
                sum = S.Add(sum, S.Load(input + (long)i * S.Lanes));
            TV mean = S.Multiply(sum, sizeInverse);
            for (int i = 0; i < o.Size; i++)
            {
                TV deviation = S.Subtract(S.Load(input + (long)i * S.Lanes), mean);
                squares = S.MultiplyAdd(deviation, deviation, squares);
            }
            TV variance = S.MultiplyAdd(squares, sizeInverse, S.Broadcast(o.Epsilon));
            TV scale = S.Divide(S.Broadcast(T.One), S.Sqrt(variance));
            S.Store(o.Mean + row * S.Lanes, mean);
            S.Store(o.Scale + row * S.Lanes, scale);
            for (int i = 0; i < o.Size; i++)
            {
                TV value = S.Multiply(S.Subtract(S.Load(input + (long)i * S.Lanes), mean), scale);
                S.Store(output + (long)i * S.Lanes, S.MultiplyAdd(value, o.WeightAt(i), o.BiasAt(i)));
            }
        }
    }

    private static void BackwardParameters(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int i = begin; i < end; i++)
        {
            TV biasSum = S.Zero, weightSum = S.Zero;
            for (long row = 0; row < o.Rows; row++)
            {
                TV gradient = S.Load(o.Gradient + (row * o.Size + i) * S.Lanes);
                biasSum = S.Add(biasSum, gradient);
                weightSum = S.MultiplyAdd(gradient, o.Normalized(row, i), weightSum);
            }
            if (o.WeightGradient != null)
                o.WeightGradient[i] = S.Sum(weightSum);
            if (o.BiasGradient != null)
                o.BiasGradient[i] = S.Sum(biasSum);
        }
    }

    /// <summary>dx = (g − mean(g) − x̂·mean(g·x̂))/σ with g = γ·dy.</summary>
    private static void BackwardInput(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV sizeInverse = S.Broadcast(o.SizeInverse);
        for (long row = begin; row < end; row++)
        {
            TV sum = S.Zero, product = S.Zero;
            for (int i = 0; i < o.Size; i++)
            {
                TV gradient = S.Multiply(S.Load(o.Gradient + (row * o.Size + i) * S.Lanes), o.WeightAt(i));
                sum = S.Add(sum, gradient);
                product = S.MultiplyAdd(gradient, o.Normalized(row, i), product);
            }
            TV mean = S.Multiply(sum, sizeInverse), slope = S.Negate(S.Multiply(product, sizeInverse));
            TV scale = S.Load(o.Scale + row * S.Lanes);
            for (int i = 0; i < o.Size; i++)
            {
                long at = (row * o.Size + i) * S.Lanes;
                TV gradient = S.Subtract(S.Multiply(S.Load(o.Gradient + at), o.WeightAt(i)), mean);
                S.Store(o.InputGradient + at, S.Multiply(scale, S.MultiplyAdd(slope, o.Normalized(row, i), gradient)));
            }
        }
    }

    private struct Operands
    {
        public T* Input, Output, Gradient, InputGradient, Weight, Bias, WeightGradient, BiasGradient, Mean, Scale;
        public T Epsilon, SizeInverse;
        public int Rows, Size;

        public readonly TV WeightAt(int i) => S.Broadcast(Weight == null ? T.One : Weight[i]);

        public readonly TV BiasAt(int i) => S.Broadcast(Bias == null ? T.Zero : Bias[i]);

        /// <summary>x̂ = (x − mean)/σ.</summary>
        public readonly TV Normalized(long row, int i) => S.Multiply(
            S.Subtract(S.Load(Input + (row * Size + i) * S.Lanes), S.Load(Mean + row * S.Lanes)), S.Load(Scale + row * S.Lanes));
    }
}
