using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>
/// The layers in the variants that engines must get right, a row each: definitions must survive JSON, the managed engine's
/// gradients agree with differences, its scores of one example with those of a batch, and both engines with each other.
/// </summary>
public static class LayerCases
{
    private static readonly TensorShape Row = new(5), Image = new(3, 6, 7), Sequence = new(4, 9), Wide = new(20, 2, 2);
    private static readonly TensorShape Steps = new(6, 4), Mask = new(6);

    public static IReadOnlyList<LayerCase> Rows { get; } =
    [
        new(new Linear(7), Row), new(new Linear(1, Bias: false), Row), new(new Linear(4), Image),
        new(new Linear(4, Initialization: WeightInitialization.SmallNormal), Sequence),

        new(new Conv2d(4, 3), Image), new(new Conv2d(5, 1), Image), new(new Conv2d(3, 2, Stride: 3), Image),
        new(new Conv2d(6, 3, Padding: 1, Bias: false, Initialization: WeightInitialization.KaimingNormal), Image),
        new(new Conv2d(6, 3, Padding: 2, Dilation: 2, Groups: 3), Image),
        new(new Conv2d(4, (1, 5), (2, 1), (0, 2), (1, 2)), Image), new(new Conv2d(4, (3, 2), (1, 3), (2, 0)), Image),

        new(new Conv2d(3, 3, Padding: 1, Groups: 3), Image), new(new Conv2d(20, 2, Stride: 2, Padding: 1, Groups: 20), Wide),
        new(new Conv1d(3, 3), Sequence), new(new Conv1d(6, 2, 2, 1, 2, 2, false, WeightInitialization.KaimingNormal), Sequence),
        new(new ConvTranspose2d(4, 3), Image), new(new ConvTranspose2d(2, 2, 2, Bias: false), Image),
        new(new ConvTranspose2d(4, (3, 4), (2, 3), (1, 0), (1, 2)), Image), new(new ConvTranspose2d(6, 3, 2, 1, 1, Groups: 3), Image),
        new(new ConvTranspose2d(2, 2, 1, 1, Dilation: (3, 2), Initialization: WeightInitialization.KaimingNormal), Image),
        new(new Upsample(2), Image), new(new Upsample((1, 3)), Image), new(new Upsample(2, UpsampleMode.Bilinear), Image),
        new(new Upsample((3, 2), UpsampleMode.Bilinear, AlignCorners: true), Image), new(new Upsample(2, UpsampleMode.Bilinear, true), Wide),

        new(new MaxPool1d(2), Sequence), new(new MaxPool1d(3, 1, 1), Sequence), new(new MaxPool1d(4, 3, CeilMode: true), Sequence),
        new(new AvgPool1d(2), Sequence), new(new AvgPool1d(4, 3, 1, CeilMode: true, CountIncludePad: false), Sequence),
        new(new AdaptiveAvgPool1d(), Sequence), new(new AdaptiveAvgPool1d(4), Sequence),
        new(new MaxPool2d(2), Image), new(new MaxPool2d(3, 2, 1), Image), new(new MaxPool2d(2, CeilMode: true), Image),
        new(new MaxPool2d((3, 1), (1, 2), (1, 0)), Image), new(new MaxPool2d(2, 1, 1, Dilation: (2, 3)), Image),
        new(new MaxPool1d(3, 2, 1, Dilation: 2), Sequence), new(new MaxPool2d(3, 2, 1, CeilMode: true, Dilation: 2), Image),
        new(new AvgPool2d(2), Image), new(new AvgPool2d(3, 2, 1), Image), new(new AvgPool2d((1, 4), (2, 1), (0, 2)), Image),
        new(new AvgPool2d(3, 2, 1, CeilMode: true, CountIncludePad: false), Image),
        new(new AdaptiveAvgPool2d(), Image), new(new AdaptiveAvgPool2d(2, 3), Image),

        new(new BatchNorm1d(), Row), new(new BatchNorm1d(0.01, 0.3, Affine: false), Row), new(new BatchNorm1d(), Sequence),
        new(new BatchNorm2d(), Image), new(new BatchNorm2d(0.01, 0.3, Affine: false), Image),
        new(new LayerNorm(), Row), new(new LayerNorm(0, 0.1, Affine: false), Row), new(new LayerNorm(1), Image),
        new(new LayerNorm(2), Image), new(new LayerNorm(), Image),
        new(new GroupNorm(3), Image), new(new GroupNorm(4), Wide), new(new GroupNorm(1, 0.1, Affine: false), Image),
        new(new GroupNorm(2), Sequence), new(new GroupNorm(5), Wide),
        new(new InstanceNorm1d(), Sequence), new(new InstanceNorm1d(0.01, Affine: true), Sequence),
        new(new InstanceNorm2d(), Image), new(new InstanceNorm2d(0.01, Affine: true), Image),
        new(new LocalResponseNorm(2, 0.5, 0.75, 2), Image), new(new LocalResponseNorm(5, 0.3, 0.5), Image),
        new(new Normalize([0.1f, 0.2f, -0.3f, 0.4f, 0.5f], [1, 2, 3, 0.4f, 0.5f]), Row), new(new Normalize([0.5f], [0.8f]), Image),
        new(new Normalize([0.5f, 0, 1], [0.8f, 1, 2]), Image),

        new(new Dropout(0), Row), new(new Dropout(0.4), Row), new(new Dropout(0.3), Image),

        new(new GaussianSample(), Row, Row), new(new GaussianSample(), Image, Image),

        new(new Flatten(), Row), new(new Flatten(), Image), new(new Reshape(new(5, 1, 1)), Row), new(new Reshape(new(9, 14)), Image),

        new(new Add(), Row, Row, Row), new(new Add(), Image, Image), new(new Concat(), Row, Row),
        new(new Add(), Image, new(3, 1, 1)), new(new Add(), new(1, 6, 1), Image, new(3, 1, 7)), new(new Add(), Wide, new(1, 2, 2)),
        new(new Concat(), Image, new(2, 6, 7), Image),

        new(new Multiply(), Row, Row), new(new Multiply(), Image, Image), new(new Multiply(), Image, new(3, 1, 1)),
        new(new Multiply(), new(1, 6, 1), Image), new(new Multiply(), new(3, 1, 7), new(1, 6, 7)),
        new(new MatMul(), new(3, 4), new(4, 5)), new(new MatMul(), new(2, 2, 3, 2), new(2, 2, 2, 3)), new(new MatMul(), Image, new(3, 7, 1)),
        new(new Mean(0), Image), new(new Mean(1, true), Image), new(new Mean(-1), Image), new(new Mean(0, true), Row), new(new Mean(1), Sequence),
        new(new MeanSquaredDifference(), Row, Row), new(new MeanSquaredDifference(), Image, Image),
        new(new MeanSquaredDifference(), Wide, Wide), new(new MeanSquaredDifference(), Sequence, Sequence),
        new(new Permute(2, 0, 1), Image), new(new Permute(1, 0), Sequence), new(new Permute(0), Row),
        new(new Slice(0, 1), Image), new(new Slice(-1, 1, -1, 2), Image), new(new Slice(1, -2), Sequence), new(new Slice(0, 0, 4, 3), Row),

        new(new ReLU(), Row), new(new LeakyReLU(0.2), Row), new(new LeakyReLU(-0.5), Row), new(new LeakyReLU(), Image),
        new(new PReLU(), Row), new(new PReLU(3, 0.1), Image), new(new PReLU(), Image), new(new PReLU(20), Wide),
        new(new ReLU6(), Row), new(new ReLU6(), Image), new(new ELU(), Row), new(new ELU(0.5), Image), new(new Softplus(), Row),
        new(new Softplus(2, 0.5), Row), new(new Hardsigmoid(), Row), new(new Hardswish(), Row), new(new Hardswish(), Image),
        new(new GELU(), Row), new(new GELU(), Image), new(new SiLU(), Row), new(new Tanh(), Row), new(new Sigmoid(), Row),
        new(new Softmax(), Row), new(new Softmax(), Image), new(new LogSoftmax(), Row), new(new LogSoftmax(), Wide),
        new(new Pad([1, 2]), Row), new(new Pad([1, 0, 0, 2], Value: 0.5), Image), new(new Pad([0, 1, 2, 0, 1, 3]), Image),
        new(new Pad([2, 1, 1, 3], PadMode.Reflect), Image), new(new Pad([3, 0, 0, 2, 1, 2], PadMode.Replicate), Image),
        new(new Pad([3, 8], PadMode.Reflect), Sequence), new(new Pad([0, 0, 2, 1], PadMode.Replicate), Sequence),

        new(new Embedding(9, 5), new TensorShape(6)), new(new Embedding(7, 20, 0, 0.5), new TensorShape(3, 2)),
        new(new Embedding(5, 3, 4), new TensorShape(1)),
        new(new LearnedPositions(9, 0.5), Sequence), new(new LearnedPositions(4), Sequence), new(new SinusoidalPositions(), Sequence),
        new(new ScaledDotProductAttention(1), new TensorShape(5, 6)), new(new ScaledDotProductAttention(2, Causal: true), new TensorShape(31, 18)),
        new(new ScaledDotProductAttention(3, Dropout: 0.3), new(4, 18), new(4)),
        new(new ScaledDotProductAttention(2, Causal: true), new(4, 12), new(4)),
        new(new CrossAttention(2), new(3, 4), new(5, 8)), new(new CrossAttention(1), new(1, 3), new(40, 6), new(40)),
        new(new CrossAttention(3, 0.2), new(9, 6), new(7, 12), new(7)),
        new(new MultiheadAttention(1), Sequence), new(new MultiheadAttention(3, Causal: true, Bias: false), Sequence),
        new(new MultiheadAttention(2), new(5, 8), new(5)), new(new MultiheadAttention(2, Dropout: 0.4), new TensorShape(5, 8)),
        new(new PaddingMask(), new TensorShape(4)), new(new PaddingMask(3), new TensorShape(2, 2)),
        new(new SequenceMask(3), new TensorShape(1)), new(new SequenceMask(5), new TensorShape(1, 1)),

        new(new LSTM(3), Steps), new(new LSTM(7, Bidirectional: true), Steps, Mask), new(new LSTM(13, Bias: false), Steps),
        new(new LSTM(5, 2, Bidirectional: true, Output: RecurrentOutput.Last), Steps, Mask), new(new LSTM(40), Steps, Mask),
        new(new LSTM(4, 3, Output: RecurrentOutput.Last), Steps), new(new LSTM(6, 2, Dropout: 0.3), Steps, Mask),
        new(new GRU(3), Steps), new(new GRU(7, Bidirectional: true), Steps, Mask), new(new GRU(13, Bias: false), Steps),
        new(new GRU(5, 2, Bidirectional: true, Output: RecurrentOutput.Last), Steps, Mask), new(new GRU(40), Steps, Mask),
        new(new GRU(4, 3, Output: RecurrentOutput.Last), Steps), new(new GRU(6, 2, Dropout: 0.3), Steps, Mask),
        new(new LSTM(5, Bidirectional: true), Image), new(new GRU(4, 2, Output: RecurrentOutput.Last), Image),
        new(new LSTM(3, Output: RecurrentOutput.Last), new TensorShape(2, 3, 2, 4)),
        new(new Subtract(), Row, Row), new(new Subtract(), Image, Image), new(new MovingAverage(5), Sequence), new(new MovingAverage(), Sequence),
        new(new MovingAverage(1), Sequence), new(new ReverseInstanceNorm(), new(4, 3), Sequence), new(new ReverseInstanceNorm(0.1), Sequence, new(4, 2)),
        new(new PoolOverTime(), Steps), new(new PoolOverTime(TimePooling.Mean), Steps), new(new PoolOverTime(TimePooling.Last), Steps),
        new(new PoolOverTime(TimePooling.Max), Steps, Mask), new(new PoolOverTime(TimePooling.Mean), Steps, Mask),
        new(new PoolOverTime(TimePooling.Last), Steps, Mask), new(new PoolOverTime(TimePooling.Max, 1), Steps),
        new(new PoolOverTime(TimePooling.Mean, -1), Sequence, new(9)), new(new PoolOverTime(TimePooling.Last, 2), Image, new(7)),
        new(new PoolOverTime(TimePooling.Max, -1), Image, new(7)),
    ];

    public static TheoryData<LayerCase> All => [.. Rows];

    /// <summary>Those whose result is no chance.</summary>
    public static TheoryData<LayerCase> Certain => [.. Rows.Where(row => row.Layer is not
        (Dropout { Probability: > 0 } or RecurrentLayer { Dropout: > 0 } or GaussianSample or ScaledDotProductAttention { Dropout: > 0 }
            or MultiheadAttention { Dropout: > 0 } or CrossAttention { Dropout: > 0 }))];
}
