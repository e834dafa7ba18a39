namespace MLNetExtensions.Networks;

/// <summary>
/// Builds a <see cref="NetworkDefinition"/> fluently: each call adds a layer after the last one. A layer has the name given, or
/// its place among the nameless ones of its <see cref="Sequential"/> (<c>features.0</c>), as PyTorch's <c>nn.Sequential</c> does.
/// </summary>
public sealed partial class NetworkBuilder
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

    /// <summary>The network of the layers so far.</summary>
    /// <exception cref="ArgumentException">A layer does not fit its input; the message names it.</exception>
    internal NetworkDefinition Build() => new(_inputShape, _nodes);
}
