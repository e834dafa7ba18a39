namespace MLNetExtensions.Networks;

/// <summary>
/// Builds a <see cref="NetworkDefinition"/> fluently: each call adds a layer after the last one. A layer has the name given, or
/// its place among the nameless ones of its <see cref="Sequential"/> (<c>features.0</c>), as PyTorch's <c>nn.Sequential</c> does.
/// </summary>
public sealed class NetworkBuilder
{
    private readonly TensorShape _inputShape;
    private readonly List<NetworkNode> _nodes = [];
    private string _scope = "";
    private int _index;

    internal NetworkBuilder(TensorShape inputShape) => _inputShape = inputShape;

    /// <summary>The name of the node whose output the next layer takes.</summary>
    public string Current { get; private set; } = NetworkDefinition.InputName;

    /// <summary>Adds a layer that takes <see cref="Current"/>.</summary>
    /// <param name="layer">The operation.</param>
    /// <param name="name">Its name within the scope; its index when null.</param>
    public NetworkBuilder Add(Layer layer, string? name = null) => Add(layer, name, [Current]);

    /// <summary>Adds a layer that takes the named nodes.</summary>
    public NetworkBuilder Add(Layer layer, string? name, params IReadOnlyList<string> inputs)
    {
        Current = _scope + (name ?? _index++.ToString());
        _nodes.Add(new(Current, layer, inputs));
        return this;
    }

    /// <summary>Adds the layers of another network, under their names, as far as the one called <paramref name="last"/>: the
    /// features of a known architecture, to be followed by a head of one's own.</summary>
    /// <param name="network">The network; its input is <see cref="Current"/>.</param>
    /// <param name="last">The last layer to be taken; all when null.</param>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    public NetworkBuilder Add(NetworkDefinition network, string? last = null)
    {
        int index = last is null ? network.Nodes.Length - 1 : network.Nodes.ToList().FindIndex(node => node.Name == last);
        if (index < 0)
            throw new ArgumentException(
                $"The network has no layer '{last}'; its last one is '{network.Nodes[^1].Name}'.", nameof(last));
        string start = Current;
        foreach (NetworkNode node in network.Nodes[..(index + 1)])
        {
            Add(
                node.Layer, node.Name,
                [.. node.Inputs.Select(input => input == NetworkDefinition.InputName ? start : _scope + input)]);
        }
        return this;
    }

    /// <summary>Adds the layers of <paramref name="build"/> under <paramref name="name"/>, numbered from 0.</summary>
    public NetworkBuilder Sequential(string name, Action<NetworkBuilder> build)
    {
        (string scope, int index) = (_scope, _index);
        (_scope, _index) = ($"{scope}{name}.", 0);
        build(this);
        (_scope, _index) = (scope, index);
        return this;
    }

    /// <summary>Adds branches that all take <see cref="Current"/> and joins their outputs by <paramref name="join"/>. An
    /// empty branch is the input itself.</summary>
    /// <param name="join"><see cref="Networks.Add"/> for a residual block,
    /// <see cref="Networks.Concat"/> for an inception block.</param>
    /// <param name="name">The name of the joining layer; its index when null.</param>
    /// <param name="branches">What each branch adds.</param>
    public NetworkBuilder Branches(Layer join, string? name, params IReadOnlyList<Action<NetworkBuilder>> branches)
    {
        string start = Current;
        List<string> ends = [];
        foreach (Action<NetworkBuilder> branch in branches)
        {
            Current = start;
            branch(this);
            ends.Add(Current);
        }
        return Add(join, name, ends);
    }

    /// <summary>Adds <paramref name="main"/>(x) + <paramref name="shortcut"/>(x), the
    /// shortcut being the identity when null.</summary>
    public NetworkBuilder Residual(Action<NetworkBuilder> main, Action<NetworkBuilder>? shortcut = null, string? name = null) =>
        Branches(new Add(), name, main, shortcut ?? (_ => { }));

    /// <summary>Adds the branches' outputs behind each other along the channels.</summary>
    public NetworkBuilder Concat(params IReadOnlyList<Action<NetworkBuilder>> branches) => Branches(new Concat(), null, branches);

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
        int kernelSize,
        int stride = 1,
        int padding = 0,
        int dilation = 1,
        int groups = 1,
        bool bias = true,
        string? name = null,
        WeightInitialization initialization = WeightInitialization.FanInUniform) =>
        Add(new Conv2d(outChannels, kernelSize, stride, padding, dilation, groups, bias, initialization), name);

    /// <inheritdoc cref="Networks.MaxPool2d"/>
    public NetworkBuilder MaxPool2d(
        int kernelSize, int stride = 0, int padding = 0, bool ceilMode = false, string? name = null) =>
        Add(new MaxPool2d(kernelSize, stride, padding, ceilMode), name);

    /// <inheritdoc cref="Networks.AvgPool2d"/>
    public NetworkBuilder AvgPool2d(int kernelSize, int stride = 0, int padding = 0, string? name = null) =>
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

    /// <inheritdoc cref="Networks.ReLU"/>
    public NetworkBuilder ReLU(string? name = null) => Add(new ReLU(), name);

    /// <inheritdoc cref="Networks.LeakyReLU"/>
    public NetworkBuilder LeakyReLU(double negativeSlope = 0.01, string? name = null) => Add(new LeakyReLU(negativeSlope), name);

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

    /// <summary>The network of the layers so far.</summary>
    /// <exception cref="ArgumentException">A layer does not fit its input; the message names it.</exception>
    internal NetworkDefinition Build() => new(_inputShape, _nodes);
}
