namespace MLNetExtensions.Networks;

/// <summary>
/// Builds a <see cref="NetworkDefinition"/> fluently: each call adds a layer after the last one. A layer has the name given, or
/// its place among the nameless ones of its <see cref="Sequential"/> (<c>features.0</c>), as PyTorch's <c>nn.Sequential</c> does.
/// </summary>
/// <remarks>Several inputs and outputs:
/// <code>
/// NetworkDefinition.Build(network =>
/// {
///     string image = network.Input("image", new(3, 32, 32)), table = network.Input("table", new(8));
///     string seen = network.From(image).Conv2d(16, 3).ReLU().Flatten().Current;
///     string known = network.From(table).Linear(16).ReLU().Current;
///     string joined = network.Add(new Concat(), "joined", seen, known).Current;
///     network.From(joined).Linear(10).Output("class");
///     network.From(joined).Linear(1).Output("price");
/// });
/// </code></remarks>
public sealed partial class NetworkBuilder
{
    private readonly List<NetworkInput> _inputs = [];
    private readonly List<NetworkNode> _nodes = [];
    private readonly List<NetworkOutput> _outputs = [];
    private string _scope = "";
    private int _index;

    internal NetworkBuilder()
    {
    }

    /// <summary>The name of the node whose output the next layer takes.</summary>
    public string Current { get; private set; } = NetworkDefinition.InputName;

    /// <summary>Adds an input of numbers, which the next layer takes.</summary>
    /// <returns>Its name, for <see cref="From"/>.</returns>
    public string Input(string name, TensorShape shape) => Input(new NetworkInput(name, shape));

    /// <summary>Adds an input of ids from 0 to <paramref name="vocabularySize"/> − 1, which the next layer takes.</summary>
    /// <returns>Its name, for <see cref="From"/>.</returns>
    public string InputIds(string name, TensorShape shape, int vocabularySize) =>
        Input(new NetworkInput(name, shape, vocabularySize));

    /// <summary>Adds an input of numbers or ids, which the next layer takes.</summary>
    /// <returns>Its name, for <see cref="From"/>.</returns>
    public string Input(NetworkInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _inputs.Add(input);
        return Current = input.Name;
    }

    /// <summary>Lets the next layer take a node or an input.</summary>
    /// <param name="name">Its full name, as <see cref="Current"/> was behind it.</param>
    public NetworkBuilder From(string name)
    {
        Current = name;
        return this;
    }

    /// <summary>Makes <see cref="Current"/> an output of the network. Without any the last layer is the output.</summary>
    /// <param name="name">What losses and readers call it.</param>
    public NetworkBuilder Output(string name)
    {
        _outputs.Add(new(name, Current));
        return this;
    }

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
    /// <param name="network">The network; its one input is <see cref="Current"/>.</param>
    /// <param name="last">The last layer to be taken; all when null.</param>
    /// <exception cref="ArgumentException">The network has no such layer, or several inputs.</exception>
    public NetworkBuilder Add(NetworkDefinition network, string? last = null)
    {
        if (network.Inputs.Length > 1)
            throw new ArgumentException(
                $"The network has {network.Inputs.Length} inputs; only one can be joined here.", nameof(network));
        int index = last is null ? network.Nodes.Length - 1 : network.Nodes.ToList().FindIndex(node => node.Name == last);
        if (index < 0)
            throw new ArgumentException(
                $"The network has no layer '{last}'; its last one is '{network.Nodes[^1].Name}'.", nameof(last));
        string start = Current;
        foreach (NetworkNode node in network.Nodes[..(index + 1)])
        {
            Add(
                node.Layer, node.Name,
                [.. node.Inputs.Select(input => input == network.Inputs[0].Name ? start : _scope + input)]);
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

    /// <summary>The network of the layers so far.</summary>
    /// <exception cref="ArgumentException">A layer does not fit its input; the message names it.</exception>
    internal NetworkDefinition Build() => new(_inputs, _nodes, _outputs);
}
