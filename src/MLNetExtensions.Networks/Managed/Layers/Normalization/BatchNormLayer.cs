using System.Numerics;
using System.Runtime.CompilerServices;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="BatchNorm"/>
/// <remarks>Work is split by channel, so each sum is taken by one thread in one order.</remarks>
internal sealed unsafe class BatchNormLayer<T, TV, S> : ManagedLayer<T>, IRectifiable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly BatchNorm _layer;
    private readonly int _channels, _plane;
    private readonly ParameterSlot? _weight, _bias;
    private readonly ParameterSlot _runningMean, _runningVariance;
    private readonly bool _usesBatch;

    /// <summary>Mean, variance and 1/√(variance + ε) of each channel in the last forward pass of training.</summary>
    private readonly NativeBuffer<T> _mean, _variance, _scale;

    public BatchNormLayer(LayerContext<T> context, BatchNorm layer)
        : base(context)
    {
        _layer = layer;
        (_channels, _plane) = (context.Output.Channels, context.Output.SpatialSize);
        (_weight, _bias) = (context.Parameter("weight"), context.Parameter("bias"));
        (_runningMean, _runningVariance) = (context.Parameter("running_mean")!, context.Parameter("running_var")!);
        _usesBatch = !context.IsFrozen(layer);
        (_mean, _variance, _scale) = (new(_channels), new(_channels), new(_channels));
    }

    /// <inheritdoc/>
    public Rectifier Rectifier { get; set; }

    public override bool IsTrained => _weight is { Trainable: true } || _bias is { Trainable: true };

    public override BackwardReads BackwardReads =>
        (ReadsInput ? BackwardReads.Input : BackwardReads.None) | (RectifiesGradient ? BackwardReads.Output : BackwardReads.None);

    public override bool RunsInPlace => !ReadsInput;

    public override bool BackwardRunsInPlace => true;

    public override void Forward(Pass<T> pass)
    {
        Operands operands = MakeOperands(pass);
        Context.Loop.Run(_channels, (long)pass.Blocks * _plane, pass.Training && _usesBatch ? &ForwardBatch : &ForwardRunning,
            &operands);
    }

    public override void Backward(Pass<T> pass)
    {
        Operands operands = MakeOperands(pass) with { Rectifier = RectifiesGradient ? Rectifier : Rectifier.None };
        Context.Loop.Run(_channels, (long)pass.Blocks * _plane, _usesBatch ? &BackwardBatch : &BackwardRunning, &operands);
    }

    public override void Commit(Pass<T> pass)
    {
        if (!_usesBatch)
            return;
        long count = (long)pass.Count * _plane;
        T share = T.CreateTruncating(_layer.Momentum), unbiased = T.CreateTruncating((double)count / (count - 1));
        T* mean = pass.Parameters + _runningMean.Offset, variance = pass.Parameters + _runningVariance.Offset;
        for (int c = 0; c < _channels; c++)
        {
            mean[c] += share * (_mean.Pointer[c] - mean[c]);
            variance[c] += share * (_variance.Pointer[c] * unbiased - variance[c]);
        }
    }

    public override void Dispose()
    {
        _mean.Dispose();
        _variance.Dispose();
        _scale.Dispose();
    }

    /// <summary>The batch's statistics are functions of the input, and so is the gradient of the weight.</summary>
    private bool ReadsInput => _usesBatch || _weight is { Trainable: true };

    private bool RectifiesGradient => Rectifier != Rectifier.None && !GradientIsRectified;

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
        RunningMean = pass.Parameters + _runningMean.Offset,
        RunningVariance = pass.Parameters + _runningVariance.Offset,
        Mean = _mean.Pointer,
        Variance = _variance.Pointer,
        Scale = _scale.Pointer,
        LaneMask = pass.LaneMask,
        Epsilon = T.CreateTruncating(_layer.Epsilon),
        CountInverse = T.CreateTruncating(1.0 / ((double)pass.Count * _plane)),
        Blocks = pass.Blocks,
        Channels = _channels,
        Plane = _plane,
        Rectifier = Rectifier,
    };

    private static void ForwardBatch(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int c = begin; c < end; c++)
        {
            TV sum = S.Zero;
            for (int b = 0; b < o.Blocks; b++)
            {
                TV blockSum = S.Zero;
                for (long i = o.Start(b, c), last = i + o.Length; i < last; i += S.Lanes)
                    blockSum = S.Add(blockSum, S.Load(o.Input + i));
                sum = S.MultiplyAdd(o.Mask(b), blockSum, sum);
            }
            T mean = S.Sum(sum) * o.CountInverse;

            TV center = S.Broadcast(mean), squares = S.Zero;
            for (int b = 0; b < o.Blocks; b++)
            {
                TV blockSquares = S.Zero;
                for (long i = o.Start(b, c), last = i + o.Length; i < last; i += S.Lanes)
                {
                    TV deviation = S.Subtract(S.Load(o.Input + i), center);
                    blockSquares = S.MultiplyAdd(deviation, deviation, blockSquares);
                }
                squares = S.MultiplyAdd(o.Mask(b), blockSquares, squares);
            }
            T variance = S.Sum(squares) * o.CountInverse;
            (o.Mean[c], o.Variance[c], o.Scale[c]) = (mean, variance, T.One / T.Sqrt(variance + o.Epsilon));
            o.Transform(c, mean, o.Scale[c]);
        }
    }

    private static void ForwardRunning(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int c = begin; c < end; c++)
            o.Transform(c, o.RunningMean[c], T.One / T.Sqrt(o.RunningVariance[c] + o.Epsilon));
    }

    /// <summary>dx = γ/σ·(dy − mean(dy) − x̂·mean(dy·x̂)).</summary>
    private static void BackwardBatch(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int c = begin; c < end; c++)
        {
            TV center = S.Broadcast(o.Mean[c]), scale = S.Broadcast(o.Scale[c]);
            TV sum = S.Zero, product = S.Zero;
            for (int b = 0; b < o.Blocks; b++)
            {
                for (long i = o.Start(b, c), last = i + o.Length; i < last; i += S.Lanes)
                {
                    TV gradient = o.GradientAt(i);
                    sum = S.Add(sum, gradient);
                    product = S.MultiplyAdd(gradient, S.Subtract(S.Load(o.Input + i), center), product);
                }
            }
            T biasGradient = S.Sum(sum), weightGradient = S.Sum(product) * o.Scale[c];
            if (o.BiasGradient != null)
                o.BiasGradient[c] = biasGradient;
            if (o.WeightGradient != null)
                o.WeightGradient[c] = weightGradient;
            if (o.InputGradient == null)
                continue;
            TV factor = S.Broadcast(o.Weight == null ? o.Scale[c] : o.Scale[c] * o.Weight[c]);
            TV meanGradient = S.Broadcast(biasGradient * o.CountInverse);
            TV slope = S.Broadcast(-weightGradient * o.CountInverse * o.Scale[c]);
            for (int b = 0; b < o.Blocks; b++)
            {
                // Padded lanes would get a gradient of their own.
                TV masked = S.Multiply(factor, o.Mask(b));
                for (long i = o.Start(b, c), last = i + o.Length; i < last; i += S.Lanes)
                {
                    TV gradient = S.Subtract(o.GradientAt(i), meanGradient);
                    gradient = S.MultiplyAdd(slope, S.Subtract(S.Load(o.Input + i), center), gradient);
                    S.Store(o.InputGradient + i, S.Multiply(masked, gradient));
                }
            }
        }
    }

    /// <summary>Statistics that are constants: dx = γ/σ·dy, dγ = Σ dy·x̂.</summary>
    private static void BackwardRunning(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int c = begin; c < end; c++)
        {
            T scale = T.One / T.Sqrt(o.RunningVariance[c] + o.Epsilon);
            TV factor = S.Broadcast(o.Weight == null ? scale : scale * o.Weight[c]), sum = S.Zero;
            if (o.WeightGradient != null)
                o.WeightGradient[c] = scale * o.SumOfProducts(c, o.RunningMean[c]);
            for (int b = 0; b < o.Blocks; b++)
            {
                for (long i = o.Start(b, c), last = i + o.Length; i < last; i += S.Lanes)
                {
                    TV gradient = o.GradientAt(i);
                    sum = S.Add(sum, gradient);
                    if (o.InputGradient != null)
                        S.Store(o.InputGradient + i, S.Multiply(factor, gradient));
                }
            }
            if (o.BiasGradient != null)
                o.BiasGradient[c] = S.Sum(sum);
        }
    }

    private struct Operands
    {
        public T* Input, Output, Gradient, InputGradient, Weight, Bias, WeightGradient, BiasGradient;
        public T* RunningMean, RunningVariance, Mean, Variance, Scale, LaneMask;
        public T Epsilon, CountInverse;
        public int Blocks, Channels, Plane;
        public Rectifier Rectifier;

        public readonly long Length => (long)Plane * S.Lanes;

        public readonly long Start(int block, int channel) => ((long)block * Channels + channel) * Length;

        /// <summary>One in lanes that hold an example.</summary>
        public readonly TV Mask(int block) => block == Blocks - 1 ? S.Load(LaneMask) : S.Broadcast(T.One);

        /// <summary>The gradient with respect to the normalised value, before the ReLU if there is one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV GradientAt(long i)
        {
            TV gradient = S.Load(Gradient + i);
            if (Rectifier == Rectifier.None)
                return gradient;
            TV value = S.Load(Output + i);
            gradient = S.Select(S.GreaterThan(S.Broadcast(Rectifier.Ceiling<T>()), value), gradient, S.Zero);
            return S.Select(S.GreaterThan(value, S.Zero), gradient, S.Zero);
        }

        /// <summary>Σ dy·(x − mean).</summary>
        public readonly T SumOfProducts(int channel, T mean)
        {
            TV center = S.Broadcast(mean), sum = S.Zero;
            for (int b = 0; b < Blocks; b++)
            {
                for (long i = Start(b, channel), last = i + Length; i < last; i += S.Lanes)
                    sum = S.MultiplyAdd(GradientAt(i), S.Subtract(S.Load(Input + i), center), sum);
            }
            return S.Sum(sum);
        }

        /// <summary>y = (x − mean)·scale·γ + β, clamped if asked for.</summary>
        public readonly void Transform(int channel, T mean, T scale)
        {
            TV center = S.Broadcast(mean), factor = S.Broadcast(Weight == null ? scale : scale * Weight[channel]);
            TV shift = S.Broadcast(Bias == null ? T.Zero : Bias[channel]);
            TV floor = S.Broadcast(Rectifier.Floor<T>()), ceiling = S.Broadcast(Rectifier.Ceiling<T>());
            for (int b = 0; b < Blocks; b++)
            {
                for (long i = Start(b, channel), last = i + Length; i < last; i += S.Lanes)
                {
                    TV value = S.MultiplyAdd(S.Subtract(S.Load(Input + i), center), factor, shift);
                    S.Store(Output + i, S.Min(ceiling, S.Max(floor, value)));
                }
            }
        }
    }
}
