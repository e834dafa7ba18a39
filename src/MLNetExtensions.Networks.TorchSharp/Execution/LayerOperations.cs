using TorchSharp;
using F = TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>
/// Translates layers into tensor operations. Arguments go by position: TorchSharp renamed several between 0.102 and 0.107.
/// </summary>
internal sealed class LayerOperations(NetworkDefinition network, SessionMemory memory, bool mixedPrecision)
{
    /// <summary>The operation of a node.</summary>
    /// <exception cref="NotSupportedException">The layer is unknown.</exception>
    public LayerOperation Create(NetworkNode node)
    {
        TensorShape inputShape = network.ShapeOf(node.Inputs[0]), outputShape = network.ShapeOf(node.Name);
        string weight = $"{node.Name}.weight", bias = $"{node.Name}.bias";
        return node.Layer switch
        {
            Linear => (inputs, pass) => F.linear(Half(inputs[0]), Half(Weight(pass)), HalfOrNull(Bias(pass))),
            Conv2d conv => (inputs, pass) => Convolve(
                inputs[0], Weight(pass), Bias(pass), conv.Stride, conv.Padding, conv.Dilation, conv.Groups),
            Conv1d conv => (inputs, pass) => Convolve(
                inputs[0].unsqueeze(2), Weight(pass).unsqueeze(2), Bias(pass),
                (1, conv.Stride), (0, conv.Padding), (1, conv.Dilation), conv.Groups).squeeze(2),
            ConvTranspose2d conv => (inputs, pass) => F.conv_transpose2d(
                Images(Half(inputs[0])),
                Half(Weight(pass)),
                HalfOrNull(Bias(pass)),
                Pair(conv.Stride),
                Pair(conv.Padding),
                Pair(conv.OutputPadding),
                Pair(conv.Dilation),
                conv.Groups),
            Upsample { Mode: UpsampleMode.Nearest } upsample => (inputs, _) => F.interpolate(
                inputs[0], null, [upsample.ScaleFactor.Height, upsample.ScaleFactor.Width], torch.InterpolationMode.Nearest),
            Upsample upsample => (inputs, _) => F.interpolate(
                inputs[0], null, [upsample.ScaleFactor.Height, upsample.ScaleFactor.Width], torch.InterpolationMode.Bilinear,
                upsample.AlignCorners),
            MaxPool1d pool => (inputs, _) =>
                F.max_pool1d(inputs[0], pool.KernelSize, pool.Stride, pool.Padding, pool.Dilation ?? 1, pool.CeilMode),
            AvgPool1d pool => (inputs, _) => F.avg_pool1d(
                inputs[0], pool.KernelSize, pool.Stride, pool.Padding, pool.CeilMode, pool.CountIncludePad),
            AdaptiveAvgPool1d pool => (inputs, _) => F.adaptive_avg_pool1d(inputs[0], pool.Length),
            MaxPool2d pool => (inputs, _) => F.max_pool2d(
                inputs[0],
                Pair(pool.KernelSize),
                Pair(pool.Stride),
                Pair(pool.Padding),
                Pair(pool.Dilation ?? 1),
                pool.CeilMode),
            AvgPool2d pool => (inputs, _) => F.avg_pool2d(
                inputs[0],
                Pair(pool.KernelSize),
                Pair(pool.Stride),
                Pair(pool.Padding),
                pool.CeilMode,
                pool.CountIncludePad),
            AdaptiveAvgPool2d pool => (inputs, _) => F.adaptive_avg_pool2d(inputs[0], [pool.Height, pool.Width]),
            BatchNorm norm => Normalization(norm),
            LayerNorm norm => (inputs, pass) => F.layer_norm(
                Full(inputs[0]), [.. norm.NormalizedShape(inputShape).Dimensions], Weight(pass), Bias(pass), norm.Epsilon),
            GroupNorm norm => (inputs, pass) =>
                F.group_norm(Full(inputs[0]), norm.Groups, Weight(pass), Bias(pass), norm.Epsilon),
            // One channel to a group; libtorch's own instance_norm takes running statistics besides.
            InstanceNorm norm => (inputs, pass) =>
                F.group_norm(Full(inputs[0]), inputShape.Channels, Weight(pass), Bias(pass), norm.Epsilon),
            PReLU => (inputs, pass) => inputs[0].prelu(Weight(pass)),
            LocalResponseNorm norm => (inputs, _) =>
                F.local_response_norm(Full(inputs[0]), norm.Size, norm.Alpha, norm.Beta, norm.K),
            Normalize normalize => Standardization(normalize, inputShape),
            Dropout { Probability: > 0 } dropout => Dropping(dropout, outputShape),
            Dropout or Flatten or Reshape => (inputs, pass) => inputs[0].reshape(TensorGraph.BatchShape(pass.Count, outputShape)),
            GaussianSample => (inputs, pass) => Draw(Full(inputs[0]), Full(inputs[1]), pass),
            Add => (inputs, _) => inputs.Skip(1).Aggregate(inputs[0], (sum, input) => sum.add(input, Constants.One)),
            Subtract => (inputs, _) => inputs[0].sub(inputs[1]),
            Multiply => (inputs, _) => inputs[0].mul(inputs[1]),
            MatMul => (inputs, _) => Half(inputs[0]).matmul(Half(inputs[1])),
            Mean mean => (inputs, _) => Full(inputs[0]).mean([inputShape.IndexOf(mean.Dimension) + 1], mean.KeepDimension),
            MeanSquaredDifference => (inputs, _) =>
                Full(inputs[0]).sub(Full(inputs[1])).square().flatten(1).mean([1], true),
            Permute permute => (inputs, _) => inputs[0].permute([0, .. permute.Dimensions.Select(dimension => dimension + 1L)]),
            Slice slice => Slicing(slice, inputShape),
            Pad pad => Padding(pad, inputShape),
            Concat => (inputs, _) => torch.cat(inputs, 1),
            ReLU => (inputs, _) => inputs[0].relu(),
            LeakyReLU relu => (inputs, _) => Leak(inputs[0], relu.NegativeSlope),
            ReLU6 => (inputs, _) => inputs[0].relu6(),
            ELU elu => (inputs, _) => Exponential(inputs[0], elu.Alpha),
            Softplus softplus => (inputs, _) => F.softplus(inputs[0], softplus.Beta, softplus.Threshold),
            Hardsigmoid => (inputs, _) => F.hardsigmoid(inputs[0]),
            Hardswish => (inputs, _) => F.hardswish(inputs[0]),
            GELU => (inputs, _) => inputs[0].gelu(),
            SiLU => (inputs, _) => inputs[0].silu(),
            Tanh => (inputs, _) => inputs[0].tanh(),
            Sigmoid => (inputs, _) => inputs[0].sigmoid(),
            Softmax => (inputs, _) => Full(inputs[0]).softmax(1),
            LogSoftmax => (inputs, _) => Full(inputs[0]).log_softmax(1),
            Embedding embedding => (inputs, pass) => LookUp(inputs[0], Weight(pass), embedding)
                .reshape(TensorGraph.BatchShape(pass.Count, outputShape)),
            LearnedPositions => (inputs, pass) => inputs[0].add(Weight(pass).narrow(0, 0, inputShape[0]), Constants.One),
            SinusoidalPositions => Positions(inputShape),
            ScaledDotProductAttention attention =>
                new AttentionOperation(attention, outputShape, memory, mixedPrecision).ApplyPacked,
            CrossAttention attention => new AttentionOperation(attention, outputShape, memory, mixedPrecision).ApplyCross,
            PaddingMask mask => (inputs, _) => WordMask(inputs[0], mask),
            SequenceMask mask => LengthMask(mask),
            RecurrentLayer recurrent => Recurrence(node.Name, recurrent),
            MovingAverage average => (inputs, _) => SlidingMean(inputs[0], average.KernelSize),
            ReverseInstanceNorm norm => (inputs, _) => Restore(Full(inputs[0]), Full(inputs[1]), norm.Epsilon),
            PoolOverTime pool => OverTime(pool, inputShape),
            _ => throw new NotSupportedException(
                $"The TorchSharp engine has no layer '{node.Layer.GetType().Name}', which is '{node.Name}'."),
        };

        // A part of a composite layer may have a parameter under another name.
        Tensor Weight(ForwardPass pass) => (pass.Parameters.Find(weight) ?? pass.Parameters.Find($"{node.Name}_weight"))!;

        Tensor? Bias(ForwardPass pass) => pass.Parameters.Find(bias) ?? pass.Parameters.Find($"{node.Name}_bias");

        LayerOperation Normalization(BatchNorm norm)
        {
            BatchNormOperation operation = new(node.Name, norm);
            return (inputs, pass) => operation.Apply(Full(inputs[0]), pass);
        }
    }

    private Tensor Convolve(
        Tensor images, Tensor weight, Tensor? bias, Size2d stride, Size2d padding, Size2d dilation, int groups) => F.conv2d(
            Images(Half(images)), Half(weight), HalfOrNull(bias), Pair(stride), Pair(padding), Pair(dilation), groups);

    private static LayerOperation Dropping(Dropout dropout, TensorShape shape) => (inputs, pass) => pass.Training
        ? pass.Drop(inputs[0], dropout.Probability)
        : inputs[0].reshape(TensorGraph.BatchShape(pass.Count, shape));

    private static Tensor Exponential(Tensor values, double alpha)
    {
        using Scalar scale = alpha;
        return values.elu(scale, Constants.One, Constants.One);
    }

    private static Tensor Leak(Tensor values, double negativeSlope)
    {
        using Scalar slope = negativeSlope;
        return values.leaky_relu(slope);
    }

    private LayerOperation Recurrence(string name, RecurrentLayer layer)
    {
        RecurrentOperation operation = new(name, layer);
        return (inputs, pass) => operation.Apply(Array.ConvertAll(inputs, Full), pass);
    }

    private static Tensor SlidingMean(Tensor series, int window)
    {
        (long half, long length) = (window / 2, series.shape[2]);
        Tensor first = series.narrow(2, 0, 1).expand(-1, -1, half), last = series.narrow(2, length - 1, 1).expand(-1, -1, half);
        return F.avg_pool1d(torch.cat([first, series, last], 2), window, 1);
    }

    private static Tensor Restore(Tensor forecast, Tensor series, double epsilon)
    {
        using Scalar added = epsilon;
        Tensor deviation = series.var([2], false, true).add(added, Constants.One).sqrt();
        return forecast.mul(deviation).add(series.mean([2], true), Constants.One);
    }

    private LayerOperation OverTime(PoolOverTime pool, TensorShape shape)
    {
        TimePoolingOperation operation = new(pool.Mode, shape.IndexOf(pool.Dimension) + 1, shape.Rank + 1);
        return (inputs, _) => operation.Apply(Array.ConvertAll(inputs, Full));
    }

    private static Tensor Draw(Tensor mean, Tensor logVariance, ForwardPass pass)
    {
        if (!pass.Training)
            return mean.clone();
        using Scalar half = 0.5;
        return logVariance.mul(half).exp().mul(mean.empty_like().normal_(0, 1, pass.Random)).add(mean, Constants.One);
    }

    private static LayerOperation Slicing(Slice slice, TensorShape shape)
    {
        (int dimension, int first, int count) = slice.Range(shape);
        return (inputs, _) => inputs[0].slice(dimension + 1, first, first + (count - 1) * slice.Step + 1, slice.Step);
    }

    /// <summary>Dimension by dimension: libtorch reflects and replicates the last ones of an image only.</summary>
    private LayerOperation Padding(Pad pad, TensorShape shape)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        List<(int Dimension, Tensor Sources)> steps = [];
        for (int i = 0; i < pad.Padding.Length / 2 && pad.Mode != PadMode.Constant; i++)
        {
            long[] sources = Array.ConvertAll(pad.Sources(i, shape[^(i + 1)]), place => (long)place);
            steps.Add((shape.Rank - i, memory.Keep(HostTensor.Create<long>(sources).to(memory.Device))));
        }
        long[] padding = [.. pad.Padding.Select(size => (long)size)];
        return pad.Mode == PadMode.Constant
            ? (inputs, _) => F.pad(inputs[0], padding, PaddingModes.Constant, pad.Value)
            : (inputs, _) => steps.Aggregate(inputs[0], (value, step) => value.index_select(step.Dimension, step.Sources));
    }

    private LayerOperation Standardization(Normalize normalize, TensorShape shape)
    {
        Tensor mean = Constant(normalize.Mean.Select(value => (double)value));
        Tensor scale = Constant(normalize.StandardDeviation.Select(deviation => 1.0 / deviation));
        return (inputs, _) => inputs[0].sub(mean).mul(scale);

        // One value a channel, to be repeated along the other dimensions.
        Tensor Constant(IEnumerable<double> values)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            Tensor constant = HostTensor.Create<double>([.. values]);
            long[] dimensions = [-1, .. Enumerable.Repeat(1L, shape.Rank - 1)];
            return memory.Keep(constant.reshape(dimensions).to(memory.Type, memory.Device));
        }
    }

    /// <summary>The input of a convolution, whose layout also chooses the one of weights and gradients.</summary>
    private Tensor Images(Tensor tensor) => memory.IsCuda ? tensor : ChannelsLast.Arrange(tensor);

    private LayerOperation Positions(TensorShape shape)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor values = HostTensor.Create<double>(SinusoidalPositions.Values(shape)).reshape([.. shape.Dimensions]);
        Tensor positions = memory.Keep(values.to(memory.Type, memory.Device));
        return (inputs, _) => inputs[0].add(positions, Constants.One);
    }

    private static Tensor LookUp(Tensor ids, Tensor weight, Embedding embedding)
    {
        Tensor rows = weight.index_select(0, ids.to(torch.ScalarType.Int64).flatten());
        if (embedding.PaddingIndex is not { } index)
            return rows;
        using Scalar padding = index;
        return torch.where(ids.ne(padding).reshape(-1, 1), rows, rows.detach());
    }

    private Tensor WordMask(Tensor ids, PaddingMask mask)
    {
        using Scalar padding = mask.PaddingIndex;
        return ids.ne(padding).to(memory.Type);
    }

    private LayerOperation LengthMask(SequenceMask mask)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor places = memory.Keep(torch.arange(mask.MaxLength, memory.Type, memory.Device));
        return (inputs, _) => inputs[0].reshape(-1, 1).gt(places).to(memory.Type);
    }

    private Tensor Half(Tensor tensor) => mixedPrecision ? tensor.to(torch.ScalarType.BFloat16) : tensor;

    private Tensor? HalfOrNull(Tensor? tensor) => tensor is null ? null : Half(tensor);

    private Tensor Full(Tensor tensor) => mixedPrecision ? tensor.to(memory.Type) : tensor;

    private static long[] Pair(Size2d size) => [size.Height, size.Width];
}
