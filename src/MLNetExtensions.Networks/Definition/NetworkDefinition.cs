using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MLNetExtensions.Networks;

/// <summary>
/// What a network is: an immutable graph of named layers from its inputs to its outputs, checked when it is made. It holds no
/// weights and runs nothing; engines execute it. Most networks have one input and one output, the last layer's; where there are
/// several, an example is one row all the same, with the inputs (and the outputs) behind each other.
/// </summary>
public sealed class NetworkDefinition : IEquatable<NetworkDefinition>
{
    /// <summary>The name of the input of a network that is made from a shape.</summary>
    public const string InputName = "input";

    /// <summary>The name of the output of a network that does not say which it has.</summary>
    public const string OutputName = "output";

    private readonly Dictionary<string, TensorShape> _shapes = [];

    /// <summary>The values that are ids, and how many ids there are.</summary>
    private readonly Dictionary<string, int> _vocabularies = [];

    /// <summary>A network of one input, whose output is the last layer's. Checks the graph and infers every shape.</summary>
    /// <param name="inputShape">The shape of one example.</param>
    /// <param name="nodes">The layers, each after those it takes its inputs from.</param>
    /// <exception cref="ArgumentException">The graph is empty, a name is used twice or unknown, or a
    /// layer does not fit its inputs.</exception>
    public NetworkDefinition(TensorShape inputShape, IEnumerable<NetworkNode> nodes)
        : this([new(InputName, inputShape)], nodes, [])
    {
    }

    /// <summary>Checks the graph and infers every shape.</summary>
    /// <param name="inputs">The inputs, in the order of an example's row.</param>
    /// <param name="nodes">The layers, each after those it takes its inputs from.</param>
    /// <param name="outputs">The outputs, in the order of a row of outputs; the last layer's, called <see cref="OutputName"/>,
    /// when there are none.</param>
    /// <exception cref="ArgumentException">The graph is empty, a name is used twice or unknown, or a
    /// layer does not fit its inputs.</exception>
    public NetworkDefinition(
        IEnumerable<NetworkInput> inputs, IEnumerable<NetworkNode> nodes, IEnumerable<NetworkOutput> outputs)
    {
        Inputs = [.. inputs];
        Nodes = [.. nodes];
        if (Inputs.IsEmpty)
            throw new ArgumentException("A network needs at least one input.", nameof(inputs));
        if (Nodes.IsEmpty)
            throw new ArgumentException("A network needs at least one layer.", nameof(nodes));

        foreach (NetworkInput input in Inputs)
            AddInput(input);
        var parameters = ImmutableArray.CreateBuilder<ParameterSpec>();
        foreach (NetworkNode node in Nodes)
            parameters.AddRange(AddNode(node));
        Parameters = parameters.ToImmutable();

        Outputs = [.. outputs.DefaultIfEmpty(new(OutputName, Nodes[^1].Name))];
        foreach (NetworkOutput output in Outputs)
            Check(output);
        InputLayout = new(Inputs.Select(input => (input.Name, input.Shape)));
        OutputLayout = new(Outputs.Select(output => (output.Name, ShapeOf(output.Node))));
    }

    /// <summary>The inputs, in the order of an example's row.</summary>
    public ImmutableArray<NetworkInput> Inputs { get; }

    /// <summary>Those that hold ids.</summary>
    internal IEnumerable<NetworkInput> IdInputs => Inputs.Where(input => input.VocabularySize is not null);

    /// <summary>The outputs, in the order of a row of outputs.</summary>
    public ImmutableArray<NetworkOutput> Outputs { get; }

    /// <summary>The layers in the order of execution.</summary>
    public ImmutableArray<NetworkNode> Nodes { get; }

    /// <summary>Every parameter and buffer under its full name, in the order of PyTorch's <c>state_dict</c>.</summary>
    public ImmutableArray<ParameterSpec> Parameters { get; }

    /// <summary>Where each input lies in an example's row.</summary>
    public RowLayout InputLayout { get; }

    /// <summary>Where each output lies in a row of outputs.</summary>
    public RowLayout OutputLayout { get; }

    /// <summary>The shape of one example: the input's, or that of a row of all inputs where there are several.</summary>
    public TensorShape InputShape => Inputs.Length == 1 ? Inputs[0].Shape : new(InputLayout.Size);

    /// <summary>The shape of the output for one example, or that of a row of all outputs where there are several.</summary>
    public TensorShape OutputShape => Outputs.Length == 1 ? ShapeOf(Outputs[0].Node) : new(OutputLayout.Size);

    /// <summary>The number of trainable values.</summary>
    public long ParameterCount => Parameters.Where(spec => spec.Role == ParameterRole.Trainable).Sum(spec => spec.Shape.Size);

    /// <summary>Floating-point operations of one example's forward pass, a multiply-add counted as two.</summary>
    public long Flops => Nodes.Sum(node => node.Layer.Flops(InputShapes(node), ShapeOf(node.Name)));

    /// <summary>The layers that the outputs depend on, in the order of execution. The others are not run.</summary>
    internal IEnumerable<NetworkNode> NeededNodes
    {
        get
        {
            HashSet<string> needed = [.. Outputs.Select(output => output.Node)];
            foreach (NetworkNode node in Nodes.Reverse().Where(node => needed.Contains(node.Name)))
                needed.UnionWith(node.Inputs);
            return Nodes.Where(node => needed.Contains(node.Name));
        }
    }

    /// <summary>The network as engines run it: the parts of composite layers in their place, under the names of the parameters
    /// that there are.</summary>
    internal NetworkDefinition WithParts()
    {
        if (!Nodes.Any(node => node.Layer is CompositeLayer))
            return this;
        Dictionary<string, string> ends = [];
        List<NetworkNode> nodes = [];
        foreach (NetworkNode node in Nodes)
        {
            NetworkNode named = node with { Inputs = [.. node.Inputs.Select(input => ends.GetValueOrDefault(input, input))] };
            if (node.Layer is CompositeLayer layer)
            {
                nodes.AddRange(layer.Parts(named, InputShapes(node)));
                ends.Add(node.Name, nodes[^1].Name);
            }
            else
            {
                nodes.Add(named);
            }
        }
        return new(
            Inputs, nodes, Outputs.Select(output => output with { Node = ends.GetValueOrDefault(output.Node, output.Node) }));
    }

    /// <summary>The parameters and buffers of a layer (<c>features.0</c>) or of a group of layers (<c>features</c>), or the one
    /// that has this very name; none when the network has nothing of the name.</summary>
    public IEnumerable<ParameterSpec> ParametersOf(string path) =>
        Parameters.Where(spec => spec.Name == path || spec.Name.StartsWith($"{path}.", StringComparison.Ordinal));

    /// <summary>The shape of the output of a node, or of an input.</summary>
    /// <exception cref="KeyNotFoundException">There is no such node.</exception>
    public TensorShape ShapeOf(string name) => _shapes[name];

    /// <summary>The shapes that a node takes.</summary>
    public TensorShape[] InputShapes(NetworkNode node) => [.. node.Inputs.Select(ShapeOf)];

    /// <summary>The node that makes the values of an output: its own, or where that only drops or rearranges values
    /// (<see cref="Dropout"/>, <see cref="Flatten"/>, <see cref="Reshape"/>) the one before.</summary>
    /// <param name="output">The output's name; null for the first one.</param>
    /// <exception cref="ArgumentException">There is no such output.</exception>
    public NetworkNode OutputNode(string? output = null)
    {
        Dictionary<string, NetworkNode> nodes = Nodes.ToDictionary(node => node.Name);
        NetworkNode made = nodes[(output is null ? Outputs[0] : Find(output)).Node];
        while (made.Layer is Dropout or Flatten or Reshape && nodes.TryGetValue(made.Inputs[0], out NetworkNode? before))
            made = before;
        return made;
    }

    /// <summary>The network with some of its outputs and without the layers and inputs that only the others need: what of a
    /// network is worth keeping once it is trained (GoogLeNet's auxiliary classifiers are not).</summary>
    /// <param name="names">The outputs, in the order wanted.</param>
    /// <exception cref="ArgumentException">There is no such output; the message has those there are.</exception>
    public NetworkDefinition WithOutputs(params IReadOnlyList<string> names)
    {
        NetworkDefinition all = new(Inputs, Nodes, names.Select(Find));
        NetworkNode[] needed = [.. all.NeededNodes];
        HashSet<string> taken = [.. needed.SelectMany(node => node.Inputs)];
        return new(Inputs.Where(input => taken.Contains(input.Name)), needed, all.Outputs);
    }

    /// <summary>A network of one input and of layers one after the other, branches where <paramref name="build"/> makes
    /// them.</summary>
    /// <param name="inputShape">The shape of one example.</param>
    /// <param name="build">Adds the layers; the output is the last one's unless it names outputs.</param>
    public static NetworkDefinition Build(TensorShape inputShape, Action<NetworkBuilder> build) => Build(network =>
    {
        network.Input(InputName, inputShape);
        build(network);
    });

    /// <summary>A network of the inputs, layers and outputs that <paramref name="build"/> adds.</summary>
    /// <param name="build">Adds inputs, layers and outputs; the output is the last layer's unless it names outputs.</param>
    public static NetworkDefinition Build(Action<NetworkBuilder> build)
    {
        NetworkBuilder builder = new();
        build(builder);
        return builder.Build();
    }

    /// <summary>The table of layers, output shapes, parameters and operations.</summary>
    public override string ToString() => NetworkSummary.Format(this);

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] NetworkDefinition? other) =>
        other is not null && Inputs.AsSpan().SequenceEqual(other.Inputs.AsSpan()) &&
        Nodes.AsSpan().SequenceEqual(other.Nodes.AsSpan()) && Outputs.AsSpan().SequenceEqual(other.Outputs.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NetworkDefinition);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Inputs[0], Nodes.Length, Nodes[^1]);

    private NetworkOutput Find(string output) => Outputs.FirstOrDefault(candidate => candidate.Name == output)
        ?? throw new ArgumentException(
            $"The network has no output '{output}'; it has {string.Join(", ", Outputs.Select(candidate => candidate.Name))}.");

    private void AddInput(NetworkInput input)
    {
        if (string.IsNullOrEmpty(input.Name))
            throw new ArgumentException("An input of the network has no name.");
        if (input.VocabularySize is < 1 or > NetworkInput.MaxVocabularySize)
            throw new ArgumentException(
                $"Input '{input.Name}' has a vocabulary of {input.VocabularySize} ids; it may have 1 to " +
                $"{NetworkInput.MaxVocabularySize}.");
        if (!_shapes.TryAdd(input.Name, input.Shape))
            throw new ArgumentException($"Two inputs are called '{input.Name}'.");
        if (input.VocabularySize is { } ids)
            _vocabularies.Add(input.Name, ids);
    }

    private IEnumerable<ParameterSpec> AddNode(NetworkNode node)
    {
        TensorShape[] inputs = [.. node.Inputs.Select(input => ShapeFor(node, input))];
        (int count, int optional) = (node.Layer.InputCount, node.Layer.OptionalInputs);
        if (count < 0 ? inputs.Length < 2 : inputs.Length < count || inputs.Length > count + optional)
            throw Misfit(
                node,
                $"takes {(count < 0 ? "two or more inputs" : $"{count} input{(count == 1 ? "" : "s")}")}" +
                $"{(optional > 0 ? " and perhaps a mask" : "")}, not {inputs.Length}.");
        try
        {
            if (!_shapes.TryAdd(node.Name, node.Layer.InferShape(inputs)))
                throw new ArgumentException("has a name that another layer or input has already.");
            CheckIds(node);
            return [.. node.Layer.Parameters(inputs).Select(spec => spec with { Name = $"{node.Name}.{spec.Name}" })];
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw Misfit(node, e.Message);
        }
    }

    /// <summary>Follows ids through the layers that only rearrange them, to the tables that they are looked up in.</summary>
    private void CheckIds(NetworkNode node)
    {
        bool areIds = _vocabularies.TryGetValue(node.Inputs[0], out int ids);
        if (areIds && node.Layer is (Flatten or Reshape or Permute or Slice))
            _vocabularies.Add(node.Name, ids);
        if (node.Layer is not Embedding table)
            return;
        if (!areIds)
            throw new ArgumentException(
                $"takes ids, but '{node.Inputs[0]}' holds numbers; make it an input of ids ({nameof(NetworkBuilder.InputIds)}).");
        if (ids > table.NumEmbeddings)
            throw new ArgumentException($"has {table.NumEmbeddings} vectors for the {ids} ids of '{node.Inputs[0]}'.");
    }

    private void Check(NetworkOutput output)
    {
        if (string.IsNullOrEmpty(output.Name))
            throw new ArgumentException("An output of the network has no name.");
        if (!Nodes.Any(node => node.Name == output.Node))
            throw new ArgumentException($"Output '{output.Name}' is of '{output.Node}', but the network has no such layer.");
        if (Outputs.Count(other => other.Name == output.Name) > 1)
            throw new ArgumentException($"Two outputs are called '{output.Name}'.");
        if (Outputs.Count(other => other.Node == output.Node) > 1)
            throw new ArgumentException($"Two outputs are of layer '{output.Node}'; one is enough.");
    }

    private TensorShape ShapeFor(NetworkNode node, string input) => _shapes.TryGetValue(input, out TensorShape? shape)
        ? shape
        : throw Misfit(
            node,
            $"takes '{input}', which is neither {string.Join(" nor ", Inputs.Select(known => $"'{known.Name}'"))} nor an " +
            "earlier layer.");

    private static ArgumentException Misfit(NetworkNode node, string message) =>
        new($"Layer '{node.Name}' ({node.Layer.GetType().Name}) {message}");
}
