using System.Collections.Immutable;

namespace MLNetExtensions.Networks;

/// <content>A method for each layer, with its defaults.</content>
public sealed partial class NetworkBuilder
{
    /// <inheritdoc cref="Networks.Linear"/>
    public NetworkBuilder Linear(
        int outFeatures,
        bool bias = true,
        string? name = null,
        WeightInitialization initialization = WeightInitialization.FanInUniform) =>
        Add(new Linear(outFeatures, bias, initialization), name);

    /// <inheritdoc cref="Networks.Conv2d"/>
    public NetworkBuilder Conv2d(
        int outChannels,
        Size2d kernelSize,
        Size2d? stride = null,
        Size2d? padding = null,
        Size2d? dilation = null,
        int groups = 1,
        bool bias = true,
        string? name = null,
        WeightInitialization initialization = WeightInitialization.FanInUniform) =>
        Add(new Conv2d(outChannels, kernelSize, stride, padding, dilation, groups, bias, initialization), name);

    /// <inheritdoc cref="Networks.Conv1d"/>
    public NetworkBuilder Conv1d(
        int outChannels,
        int kernelSize,
        int stride = 1,
        int padding = 0,
        int dilation = 1,
        int groups = 1,
        bool bias = true,
        string? name = null,
        WeightInitialization initialization = WeightInitialization.FanInUniform) =>
        Add(new Conv1d(outChannels, kernelSize, stride, padding, dilation, groups, bias, initialization), name);

    /// <inheritdoc cref="Networks.ConvTranspose2d"/>
    public NetworkBuilder ConvTranspose2d(
        int outChannels,
        Size2d kernelSize,
        Size2d? stride = null,
        Size2d? padding = null,
        Size2d? outputPadding = null,
        int groups = 1,
        bool bias = true,
        Size2d? dilation = null,
        string? name = null,
        WeightInitialization initialization = WeightInitialization.FanInUniform) =>
        Add(new ConvTranspose2d(
            outChannels, kernelSize, stride, padding, outputPadding, groups, bias, dilation, initialization), name);

    /// <inheritdoc cref="Networks.Upsample"/>
    public NetworkBuilder Upsample(
        Size2d scaleFactor, UpsampleMode mode = UpsampleMode.Nearest, bool alignCorners = false, string? name = null) =>
        Add(new Upsample(scaleFactor, mode, alignCorners), name);

    /// <inheritdoc cref="Networks.MaxPool1d"/>
    public NetworkBuilder MaxPool1d(
        int kernelSize, int stride = 0, int padding = 0, bool ceilMode = false, string? name = null, int? dilation = null) =>
        Add(new MaxPool1d(kernelSize, stride, padding, ceilMode, dilation), name);

    /// <inheritdoc cref="Networks.AvgPool1d"/>
    public NetworkBuilder AvgPool1d(int kernelSize, int stride = 0, int padding = 0, string? name = null) =>
        Add(new AvgPool1d(kernelSize, stride, padding), name);

    /// <inheritdoc cref="Networks.AdaptiveAvgPool1d"/>
    public NetworkBuilder AdaptiveAvgPool1d(int length = 1, string? name = null) => Add(new AdaptiveAvgPool1d(length), name);

    /// <inheritdoc cref="Networks.MaxPool2d"/>
    public NetworkBuilder MaxPool2d(
        Size2d kernelSize, Size2d? stride = null, Size2d? padding = null, bool ceilMode = false, string? name = null,
        Size2d? dilation = null) =>
        Add(new MaxPool2d(kernelSize, stride, padding, ceilMode, dilation), name);

    /// <inheritdoc cref="Networks.AvgPool2d"/>
    public NetworkBuilder AvgPool2d(Size2d kernelSize, Size2d? stride = null, Size2d? padding = null, string? name = null) =>
        Add(new AvgPool2d(kernelSize, stride, padding), name);

    /// <inheritdoc cref="Networks.AdaptiveAvgPool2d"/>
    public NetworkBuilder AdaptiveAvgPool2d(int height = 1, int width = 1, string? name = null) =>
        Add(new AdaptiveAvgPool2d(height, width), name);

    /// <inheritdoc cref="Networks.BatchNorm1d"/>
    public NetworkBuilder BatchNorm1d(double epsilon = 1e-5, double momentum = 0.1, string? name = null) =>
        Add(new BatchNorm1d(epsilon, momentum), name);

    /// <inheritdoc cref="Networks.BatchNorm2d"/>
    public NetworkBuilder BatchNorm2d(double epsilon = 1e-5, double momentum = 0.1, string? name = null) =>
        Add(new BatchNorm2d(epsilon, momentum), name);

    /// <inheritdoc cref="Networks.LayerNorm"/>
    public NetworkBuilder LayerNorm(double epsilon = 1e-5, string? name = null) => Add(new LayerNorm(Epsilon: epsilon), name);

    /// <inheritdoc cref="Networks.GroupNorm"/>
    public NetworkBuilder GroupNorm(int groups, double epsilon = 1e-5, string? name = null) =>
        Add(new GroupNorm(groups, epsilon), name);

    /// <inheritdoc cref="Networks.InstanceNorm1d"/>
    public NetworkBuilder InstanceNorm1d(double epsilon = 1e-5, bool affine = false, string? name = null) =>
        Add(new InstanceNorm1d(epsilon, affine), name);

    /// <inheritdoc cref="Networks.InstanceNorm2d"/>
    public NetworkBuilder InstanceNorm2d(double epsilon = 1e-5, bool affine = false, string? name = null) =>
        Add(new InstanceNorm2d(epsilon, affine), name);

    /// <inheritdoc cref="Networks.LocalResponseNorm"/>
    public NetworkBuilder LocalResponseNorm(
        int size, double alpha = 1e-4, double beta = 0.75, double k = 1, string? name = null) =>
        Add(new LocalResponseNorm(size, alpha, beta, k), name);

    /// <inheritdoc cref="Networks.Normalize"/>
    public NetworkBuilder Normalize(IEnumerable<float> mean, IEnumerable<float> standardDeviation, string? name = null) =>
        Add(new Normalize([.. mean], [.. standardDeviation]), name);

    /// <inheritdoc cref="Networks.Dropout"/>
    public NetworkBuilder Dropout(double probability = 0.5, string? name = null) => Add(new Dropout(probability), name);

    /// <inheritdoc cref="Networks.Flatten"/>
    public NetworkBuilder Flatten(string? name = null) => Add(new Flatten(), name);

    /// <inheritdoc cref="Networks.Reshape"/>
    public NetworkBuilder Reshape(TensorShape shape, string? name = null) => Add(new Reshape(shape), name);

    /// <inheritdoc cref="Networks.Permute"/>
    public NetworkBuilder Permute(params ImmutableArray<int> dimensions) => Add(new Permute(dimensions));

    /// <inheritdoc cref="Networks.Slice"/>
    public NetworkBuilder Slice(int dimension, int start = 0, int end = int.MaxValue, int step = 1, string? name = null) =>
        Add(new Slice(dimension, start, end, step), name);

    /// <inheritdoc cref="Networks.Pad"/>
    public NetworkBuilder Pad(
        ImmutableArray<int> padding, PadMode mode = PadMode.Constant, double value = 0, string? name = null) =>
        Add(new Pad(padding, mode, value), name);

    /// <inheritdoc cref="Networks.Mean"/>
    public NetworkBuilder Mean(int dimension, bool keepDimension = false, string? name = null) =>
        Add(new Mean(dimension, keepDimension), name);

    /// <summary>Adds <paramref name="first"/>(x) · <paramref name="second"/>(x), element by element; no layers are the
    /// identity.</summary>
    /// <inheritdoc cref="Networks.Multiply"/>
    public NetworkBuilder Multiply(Action<NetworkBuilder> first, Action<NetworkBuilder> second, string? name = null) =>
        Branches(new Multiply(), name, first, second);

    /// <summary>Adds the matrix product of <paramref name="first"/>(x) by <paramref name="second"/>(x).</summary>
    /// <inheritdoc cref="Networks.MatMul"/>
    public NetworkBuilder MatMul(Action<NetworkBuilder> first, Action<NetworkBuilder> second, string? name = null) =>
        Branches(new MatMul(), name, first, second);

    /// <summary>Adds the mean of (<paramref name="first"/>(x) − <paramref name="second"/>(x))²; no layers are the
    /// identity.</summary>
    /// <inheritdoc cref="Networks.MeanSquaredDifference"/>
    public NetworkBuilder MeanSquaredDifference(
        Action<NetworkBuilder> first, Action<NetworkBuilder> second, string? name = null) =>
        Branches(new MeanSquaredDifference(), name, first, second);

    /// <summary>Adds a draw from the normal distribution whose mean and log variance the layers give.</summary>
    /// <inheritdoc cref="Networks.GaussianSample"/>
    public NetworkBuilder GaussianSample(
        Action<NetworkBuilder> mean, Action<NetworkBuilder> logVariance, string? name = null) =>
        Branches(new GaussianSample(), name, mean, logVariance);

    /// <inheritdoc cref="Networks.ReLU"/>
    public NetworkBuilder ReLU(string? name = null) => Add(new ReLU(), name);

    /// <inheritdoc cref="Networks.LeakyReLU"/>
    public NetworkBuilder LeakyReLU(double negativeSlope = 0.01, string? name = null) => Add(new LeakyReLU(negativeSlope), name);

    /// <inheritdoc cref="Networks.PReLU"/>
    public NetworkBuilder PReLU(int slopes = 1, double initialSlope = 0.25, string? name = null) =>
        Add(new PReLU(slopes, initialSlope), name);

    /// <inheritdoc cref="Networks.ReLU6"/>
    public NetworkBuilder ReLU6(string? name = null) => Add(new ReLU6(), name);

    /// <inheritdoc cref="Networks.ELU"/>
    public NetworkBuilder ELU(double alpha = 1, string? name = null) => Add(new ELU(alpha), name);

    /// <inheritdoc cref="Networks.Softplus"/>
    public NetworkBuilder Softplus(double beta = 1, double threshold = 20, string? name = null) =>
        Add(new Softplus(beta, threshold), name);

    /// <inheritdoc cref="Networks.Hardsigmoid"/>
    public NetworkBuilder Hardsigmoid(string? name = null) => Add(new Hardsigmoid(), name);

    /// <inheritdoc cref="Networks.Hardswish"/>
    public NetworkBuilder Hardswish(string? name = null) => Add(new Hardswish(), name);

    /// <inheritdoc cref="Networks.GELU"/>
    public NetworkBuilder GELU(string? name = null) => Add(new GELU(), name);

    /// <inheritdoc cref="Networks.SiLU"/>
    public NetworkBuilder SiLU(string? name = null) => Add(new SiLU(), name);

    /// <inheritdoc cref="Networks.Tanh"/>
    public NetworkBuilder Tanh(string? name = null) => Add(new Tanh(), name);

    /// <inheritdoc cref="Networks.Sigmoid"/>
    public NetworkBuilder Sigmoid(string? name = null) => Add(new Sigmoid(), name);

    /// <inheritdoc cref="Networks.Softmax"/>
    public NetworkBuilder Softmax(string? name = null) => Add(new Softmax(), name);

    /// <inheritdoc cref="Networks.LogSoftmax"/>
    public NetworkBuilder LogSoftmax(string? name = null) => Add(new LogSoftmax(), name);

    /// <inheritdoc cref="Networks.Embedding"/>
    public NetworkBuilder Embedding(
        int numEmbeddings, int embeddingDim, int? paddingIndex = null, double standardDeviation = 1, string? name = null) =>
        Add(new Embedding(numEmbeddings, embeddingDim, paddingIndex, standardDeviation), name);

    /// <inheritdoc cref="Networks.LearnedPositions"/>
    public NetworkBuilder LearnedPositions(int maxLength, double standardDeviation = 1, string? name = null) =>
        Add(new LearnedPositions(maxLength, standardDeviation), name);

    /// <inheritdoc cref="Networks.SinusoidalPositions"/>
    public NetworkBuilder SinusoidalPositions(string? name = null) => Add(new SinusoidalPositions(), name);

    /// <summary>Adds attention to <see cref="Current"/>.</summary>
    /// <param name="numHeads">The number of heads.</param>
    /// <param name="mask">The node or input that is the mask of the places; null (the default) where all count.</param>
    /// <param name="causal">Whether a place looks at itself and the places before it only.</param>
    /// <param name="dropout">The share of weights that training drops.</param>
    /// <param name="bias">Whether both projections have a bias.</param>
    /// <param name="name">The layer's name; its index when null.</param>
    /// <inheritdoc cref="Networks.MultiheadAttention"/>
    public NetworkBuilder MultiheadAttention(
        int numHeads, string? mask = null, bool causal = false, double dropout = 0, bool bias = true, string? name = null) =>
        AddMasked(new MultiheadAttention(numHeads, causal, dropout, bias), mask, name);

    /// <summary>Adds attention to <see cref="Current"/>, which has queries, keys and values side by side.</summary>
    /// <param name="numHeads">The number of heads.</param>
    /// <param name="mask">The node or input that is the mask of the places; null (the default) where all count.</param>
    /// <param name="causal">Whether a place looks at itself and the places before it only.</param>
    /// <param name="dropout">The share of weights that training drops.</param>
    /// <param name="name">The layer's name; its index when null.</param>
    /// <inheritdoc cref="Networks.ScaledDotProductAttention"/>
    public NetworkBuilder ScaledDotProductAttention(
        int numHeads, string? mask = null, bool causal = false, double dropout = 0, string? name = null) =>
        AddMasked(new ScaledDotProductAttention(numHeads, causal, dropout), mask, name);

    /// <summary>Adds attention of <see cref="Current"/> to another sequence.</summary>
    /// <param name="numHeads">The number of heads.</param>
    /// <param name="keysAndValues">The node or input that has keys and values side by side.</param>
    /// <param name="mask">The node or input that is the mask of its places; null (the default) where all count.</param>
    /// <param name="dropout">The share of weights that training drops.</param>
    /// <param name="name">The layer's name; its index when null.</param>
    /// <inheritdoc cref="Networks.CrossAttention"/>
    public NetworkBuilder CrossAttention(
        int numHeads, string keysAndValues, string? mask = null, double dropout = 0, string? name = null) =>
        Add(
            new CrossAttention(numHeads, dropout), name,
            mask is null ? [Current, keysAndValues] : [Current, keysAndValues, mask]);

    /// <inheritdoc cref="Networks.PaddingMask"/>
    public NetworkBuilder PaddingMask(int paddingIndex = 0, string? name = null) => Add(new PaddingMask(paddingIndex), name);

    /// <inheritdoc cref="Networks.SequenceMask"/>
    public NetworkBuilder SequenceMask(int maxLength, string? name = null) => Add(new SequenceMask(maxLength), name);

    /// <summary>Adds an LSTM over <see cref="Current"/>.</summary>
    /// <inheritdoc cref="Networks.LSTM"/>
    public NetworkBuilder LSTM(
        int hiddenSize,
        int layers = 1,
        bool bias = true,
        double dropout = 0,
        bool bidirectional = false,
        RecurrentOutput output = RecurrentOutput.Sequence,
        string? mask = null,
        string? name = null) =>
        AddMasked(new LSTM(hiddenSize, layers, bias, dropout, bidirectional, output), mask, name);

    /// <summary>Adds a GRU over <see cref="Current"/>.</summary>
    /// <inheritdoc cref="Networks.GRU"/>
    public NetworkBuilder GRU(
        int hiddenSize,
        int layers = 1,
        bool bias = true,
        double dropout = 0,
        bool bidirectional = false,
        RecurrentOutput output = RecurrentOutput.Sequence,
        string? mask = null,
        string? name = null) =>
        AddMasked(new GRU(hiddenSize, layers, bias, dropout, bidirectional, output), mask, name);

    /// <inheritdoc cref="Networks.PoolOverTime"/>
    public NetworkBuilder PoolOverTime(
        TimePooling mode = TimePooling.Max, int dimension = 0, string? mask = null, string? name = null) =>
        AddMasked(new PoolOverTime(mode, dimension), mask, name);

    /// <summary>Adds <paramref name="first"/>(x) − <paramref name="second"/>(x); no layers are the identity.</summary>
    /// <inheritdoc cref="Networks.Subtract"/>
    public NetworkBuilder Subtract(Action<NetworkBuilder> first, Action<NetworkBuilder> second, string? name = null) =>
        Branches(new Subtract(), name, first, second);

    /// <inheritdoc cref="Networks.MovingAverage"/>
    public NetworkBuilder MovingAverage(int kernelSize = 25, string? name = null) => Add(new MovingAverage(kernelSize), name);

    /// <summary>Gives the forecast in <see cref="Current"/> the level and scale of a series.</summary>
    /// <param name="series">The node of the series.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="name">The layer's name.</param>
    /// <inheritdoc cref="Networks.ReverseInstanceNorm"/>
    public NetworkBuilder ReverseInstanceNorm(string series, double epsilon = 1e-5, string? name = null) =>
        Add(new ReverseInstanceNorm(epsilon), name, Current, series);

    /// <summary>Adds a layer that takes <see cref="Current"/> and, unless null, the node called
    /// <paramref name="mask"/>.</summary>
    private NetworkBuilder AddMasked(Layer layer, string? mask, string? name) =>
        mask is null ? Add(layer, name) : Add(layer, name, Current, mask);
}
