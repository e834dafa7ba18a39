using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>How values of an example are normalised together: in rows of channels, each with a weight and a bias for a plane of
/// values.</summary>
/// <param name="Rows">Rows of an example.</param>
/// <param name="Channels">Channels of a row.</param>
/// <param name="Plane">Values of a channel.</param>
/// <param name="SharesParameters">Whether all rows have the weights and biases of one.</param>
internal readonly record struct NormRows(int Rows, int Channels, int Plane, bool SharesParameters)
{
    /// <summary>Values that are normalised together.</summary>
    public int Size => Channels * Plane;

    public static NormRows Of(LayerNorm layer, TensorShape shape)
    {
        int size = checked((int)layer.NormalizedShape(shape).Size);
        return new(checked((int)(shape.Size / size)), size, Plane: 1, SharesParameters: true);
    }

    public static NormRows OfGroups(int groups, TensorShape shape) =>
        new(groups, shape.Channels / groups, shape.SpatialSize, SharesParameters: false);
}

/// <summary>Normalises parts of each example: <see cref="LayerNorm"/>, <see cref="GroupNorm"/> and
/// <see cref="InstanceNorm"/>.</summary>
/// <remarks>Each lane, an example, has statistics of its own, so no sum crosses lanes but those of the parameters'
/// gradients.</remarks>
internal sealed unsafe class ExampleNormLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly NormRows _rows;
    private readonly double _epsilon;
    private readonly ParameterSlot? _weight, _bias;

    /// <summary>Mean and 1/√(variance + ε) of each row and lane.</summary>
    private readonly Tensor<T> _mean, _scale;

    public ExampleNormLayer(LayerContext<T> context, NormRows rows, double epsilon)
        : base(context)
    {
        (_rows, _epsilon) = (rows, epsilon);
        (_weight, _bias) = (context.Parameter("weight"), context.Parameter("bias"));
        long length = (long)rows.Rows * S.Lanes;
        (_mean, _scale) = (new(length, context.MaxBlocks), new(length, context.MaxBlocks));
    }

    public override bool IsTrained => _weight is { Trainable: true } || _bias is { Trainable: true };

    public override BackwardReads BackwardReads => BackwardReads.Input;

    public override bool BackwardRunsInPlace => true;

    public override IEnumerable<Tensor<T>> Scratch => [_mean, _scale];

    public override void Forward(Pass<T> pass)
    {
        Operands operands = MakeOperands(pass);
        Context.Loop.Run(operands.AllRows, _rows.Size, &Forward, &operands);
    }

    public override void Backward(Pass<T> pass)
    {
        Operands operands = MakeOperands(pass);
        if (IsTrained)
        {
            int parameters = _rows.SharesParameters ? _rows.Channels : _rows.Rows * _rows.Channels;
            Context.Loop.Run(
                parameters, (long)operands.AllRows * _rows.Size / parameters, &BackwardParameters, &operands);
        }
        if (operands.InputGradient != null)
            Context.Loop.Run(operands.AllRows, _rows.Size, &BackwardInput, &operands);
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
        Epsilon = T.CreateTruncating(_epsilon),
        SizeInverse = T.CreateTruncating(1.0 / _rows.Size),
        AllRows = checked(pass.Blocks * _rows.Rows),
        ParameterRows = _rows.SharesParameters ? 1 : _rows.Rows,
        Channels = _rows.Channels,
        Plane = _rows.Plane,
    };

    private static void Forward(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        TV sizeInverse = S.Broadcast(o.SizeInverse);
        for (int row = begin; row < end; row++)
        {
            T* input = o.Input + o.Start(row), last = input + o.Length, output = o.Output + o.Start(row);
            TV sum = S.Zero, squares = S.Zero;
            for (T* at = input; at < last; at += S.Lanes)
                sum = S.Add(sum, S.Load(at));
            TV mean = S.Multiply(sum, sizeInverse);
            for (T* at = input; at < last; at += S.Lanes)
            {
                TV deviation = S.Subtract(S.Load(at), mean);
                squares = S.MultiplyAdd(deviation, deviation, squares);
            }
            TV variance = S.MultiplyAdd(squares, sizeInverse, S.Broadcast(o.Epsilon));
            TV scale = S.Divide(S.Broadcast(T.One), S.Sqrt(variance));
            S.Store(o.Mean + (long)row * S.Lanes, mean);
            S.Store(o.Scale + (long)row * S.Lanes, scale);
            for (int c = 0; c < o.Channels; c++)
            {
                TV weight = o.WeightAt(row, c), bias = o.BiasAt(row, c);
                for (int p = 0; p < o.Plane; p++, input += S.Lanes, output += S.Lanes)
                    S.Store(output, S.MultiplyAdd(S.Multiply(S.Subtract(S.Load(input), mean), scale), weight, bias));
            }
        }
    }

    private static void BackwardParameters(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int i = begin; i < end; i++)
        {
            (int first, int channel) = int.DivRem(i, o.Channels);
            TV biasSum = S.Zero, weightSum = S.Zero;
            for (int row = first; row < o.AllRows; row += o.ParameterRows)
            {
                TV mean = S.Load(o.Mean + (long)row * S.Lanes), scale = S.Load(o.Scale + (long)row * S.Lanes);
                long at = o.Start(row) + (long)channel * o.Plane * S.Lanes;
                for (long last = at + (long)o.Plane * S.Lanes; at < last; at += S.Lanes)
                {
                    TV gradient = S.Load(o.Gradient + at);
                    biasSum = S.Add(biasSum, gradient);
                    weightSum = S.MultiplyAdd(gradient, S.Multiply(S.Subtract(S.Load(o.Input + at), mean), scale), weightSum);
                }
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
        for (int row = begin; row < end; row++)
        {
            TV center = S.Load(o.Mean + (long)row * S.Lanes), scale = S.Load(o.Scale + (long)row * S.Lanes);
            TV sum = S.Zero, product = S.Zero;
            long at = o.Start(row);
            for (int c = 0; c < o.Channels; c++)
            {
                TV weight = o.WeightAt(row, c);
                for (int p = 0; p < o.Plane; p++, at += S.Lanes)
                {
                    TV gradient = S.Multiply(S.Load(o.Gradient + at), weight);
                    sum = S.Add(sum, gradient);
                    product = S.MultiplyAdd(gradient, S.Multiply(S.Subtract(S.Load(o.Input + at), center), scale), product);
                }
            }
            TV mean = S.Multiply(sum, sizeInverse), slope = S.Negate(S.Multiply(product, sizeInverse));
            at = o.Start(row);
            for (int c = 0; c < o.Channels; c++)
            {
                TV weight = o.WeightAt(row, c);
                for (int p = 0; p < o.Plane; p++, at += S.Lanes)
                {
                    TV normalized = S.Multiply(S.Subtract(S.Load(o.Input + at), center), scale);
                    TV gradient = S.Subtract(S.Multiply(S.Load(o.Gradient + at), weight), mean);
                    S.Store(o.InputGradient + at, S.Multiply(scale, S.MultiplyAdd(slope, normalized, gradient)));
                }
            }
        }
    }

    private struct Operands
    {
        public T* Input, Output, Gradient, InputGradient, Weight, Bias, WeightGradient, BiasGradient, Mean, Scale;
        public T Epsilon, SizeInverse;

        /// <summary>Rows of all examples, and after how many of them parameters are the same again.</summary>
        public int AllRows, ParameterRows;
        public int Channels, Plane;

        public readonly long Length => (long)Channels * Plane * S.Lanes;

        public readonly long Start(int row) => row * Length;

        public readonly TV WeightAt(int row, int channel) =>
            S.Broadcast(Weight == null ? T.One : Weight[row % ParameterRows * Channels + channel]);

        public readonly TV BiasAt(int row, int channel) =>
            S.Broadcast(Bias == null ? T.Zero : Bias[row % ParameterRows * Channels + channel]);
    }
}
