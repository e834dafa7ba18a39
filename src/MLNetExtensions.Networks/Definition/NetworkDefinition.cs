using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MLNetExtensions.Networks;

/// <summary>
/// What a network is: an immutable graph of named layers from one input to one output, checked when it is made. It holds no
/// weights and runs nothing; engines execute it. The last node is the output.
/// </summary>
public sealed class NetworkDefinition : IEquatable<NetworkDefinition>
{
    /// <summary>The name by which nodes refer to the network's input.</summary>
    public const string InputName = "input";

    private readonly Dictionary<string, TensorShape> _shapes = [];

    /// <summary>Checks the graph and infers every shape.</summary>
    /// <param name="inputShape">The shape of one example.</param>
    /// <param name="nodes">The layers, each after those it takes its inputs from.</param>
    /// <exception cref="ArgumentException">The graph is empty, a name is used twice or unknown, or a
    /// layer does not fit its inputs.</exception>
    public NetworkDefinition(TensorShape inputShape, IEnumerable<NetworkNode> nodes)
    {
        InputShape = inputShape;
        Nodes = [.. nodes];
        if (Nodes.IsEmpty)
            throw new ArgumentException("A network needs at least one layer.", nameof(nodes));

        _shapes.Add(InputName, inputShape);
        var parameters = ImmutableArray.CreateBuilder<ParameterSpec>();
        foreach (NetworkNode node in Nodes)
        {
            TensorShape[] inputs = [.. node.Inputs.Select(input => Find(node, input))];
            int count = node.Layer.InputCount;
            if (count < 0 ? inputs.Length < 2 : inputs.Length != count)
            {
                string takes = count < 0 ? "two or more inputs" : count == 1 ? "1 input" : $"{count} inputs";
                throw Misfit(node, $"takes {takes}, not {inputs.Length}.");
            }
            try
            {
                if (!_shapes.TryAdd(node.Name, node.Layer.InferShape(inputs)))
                    throw new ArgumentException("has a name that another layer has already.");
                parameters.AddRange(
                    node.Layer.Parameters(inputs).Select(spec => spec with { Name = $"{node.Name}.{spec.Name}" }));
            }
            catch (Exception e) when (e is ArgumentException or OverflowException)
            {
                throw Misfit(node, e.Message);
            }
        }
        Parameters = parameters.ToImmutable();
    }

    /// <summary>The shape of one example.</summary>
    public TensorShape InputShape { get; }

    /// <summary>The shape of the output for one example.</summary>
    public TensorShape OutputShape => _shapes[Nodes[^1].Name];

    /// <summary>The layers in the order of execution.</summary>
    public ImmutableArray<NetworkNode> Nodes { get; }

    /// <summary>Every parameter and buffer under its full name, in the order of PyTorch's <c>state_dict</c>.</summary>
    public ImmutableArray<ParameterSpec> Parameters { get; }

    /// <summary>The node that makes the values of the output: the last one, or where that only drops or rearranges values
    /// (<see cref="Dropout"/>, <see cref="Flatten"/>, <see cref="Reshape"/>) the one before.</summary>
    public NetworkNode OutputNode
    {
        get
        {
            NetworkNode node = Nodes[^1];
            while (node.Layer is Dropout or Flatten or Reshape
                && Nodes.FirstOrDefault(other => other.Name == node.Inputs[0]) is { } before)
                node = before;
            return node;
        }
    }

    /// <summary>The number of trainable values.</summary>
    public long ParameterCount => Parameters.Where(spec => spec.Role == ParameterRole.Trainable).Sum(spec => spec.Shape.Size);

    /// <summary>Floating-point operations of one example's forward pass, a multiply-add counted as two.</summary>
    public long Flops => Nodes.Sum(node => node.Layer.Flops(InputShapes(node), ShapeOf(node.Name)));

    /// <summary>The parameters and buffers of a layer (<c>features.0</c>) or of a group of layers (<c>features</c>), or the one
    /// that has this very name; none when the network has nothing of the name.</summary>
    public IEnumerable<ParameterSpec> ParametersOf(string path) =>
        Parameters.Where(spec => spec.Name == path || spec.Name.StartsWith($"{path}.", StringComparison.Ordinal));

    /// <summary>The shape of the output of a node, or of the input.</summary>
    /// <exception cref="KeyNotFoundException">There is no such node.</exception>
    public TensorShape ShapeOf(string name) => _shapes[name];

    /// <summary>The shapes that a node takes.</summary>
    public TensorShape[] InputShapes(NetworkNode node) => [.. node.Inputs.Select(ShapeOf)];

    /// <summary>A network of layers one after the other, branches where <paramref name="build"/> makes them.</summary>
    /// <param name="inputShape">The shape of one example.</param>
    /// <param name="build">Adds the layers.</param>
    public static NetworkDefinition Build(TensorShape inputShape, Action<NetworkBuilder> build)
    {
        NetworkBuilder builder = new(inputShape);
        build(builder);
        return builder.Build();
    }

    /// <summary>The table of layers, output shapes, parameters and operations.</summary>
    public override string ToString() => NetworkSummary.Format(this);

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] NetworkDefinition? other) =>
        other is not null && InputShape.Equals(other.InputShape) && Nodes.AsSpan().SequenceEqual(other.Nodes.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NetworkDefinition);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(InputShape, Nodes.Length, Nodes[^1]);

    private TensorShape Find(NetworkNode node, string input) => _shapes.TryGetValue(input, out TensorShape? shape)
        ? shape
        : throw Misfit(node, $"takes '{input}', which is neither '{InputName}' nor an earlier layer.");

    private static ArgumentException Misfit(NetworkNode node, string message) =>
        new($"Layer '{node.Name}' ({node.Layer.GetType().Name}) {message}");
}
