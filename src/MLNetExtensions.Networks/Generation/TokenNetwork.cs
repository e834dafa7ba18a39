namespace MLNetExtensions.Networks.Generation;

/// <summary>
/// A language model as a network of one token, whose keys and values of the tokens before are inputs and whose own are outputs:
/// what the model computes for a place is computed once. Any engine runs it, as it is made of the same layers.
/// </summary>
internal sealed class TokenNetwork
{
    /// <summary>The inputs besides the caches: the token, its place, and the places that the queries look at.</summary>
    public const string Token = "token", Place = "place", Length = "length";

    /// <summary>The output besides the new keys and values.</summary>
    public const string Logits = "logits";

    private readonly NetworkDefinition _model;
    private readonly List<NetworkInput> _inputs;
    private readonly List<NetworkNode> _nodes = [];
    private readonly List<NetworkOutput> _outputs = [];
    private readonly List<KeyValuePair<string, WeightTensor>> _weights;
    private readonly Dictionary<string, string> _names = [];
    private string? _mask;

    /// <param name="model">A model from ids [length] to logits [length×vocabulary], in which a place depends on those before it
    /// only.</param>
    /// <exception cref="NotSupportedException">The model is another one; the message says which layer can't be run token by
    /// token.</exception>
    public TokenNetwork(NetworkModel model)
    {
        // Parts of composite layers have parameters of other names, so those of the model are looked up by the model's.
        _model = model.Definition.WithParts();
        if (_model.Inputs is not [{ VocabularySize: { } ids, Shape: { Rank: 1 } shape } input] || _model.Outputs.Length != 1
            || _model.OutputShape is not { Rank: 2 } output || output[0] != shape[0])
            throw new NotSupportedException(
                "A language model takes ids [length] and gives logits [length×vocabulary]; this network takes " +
                $"{model.Definition.InputShape} and gives {model.Definition.OutputShape}.");
        (ContextLength, VocabularySize) = (shape[0], output[1]);
        _inputs = [new(Token, new(1), ids), new(Place, new(1), ContextLength), new(Length, new(1))];
        _weights = [.. model.Weights];
        _names.Add(input.Name, Token);
        foreach (NetworkNode node in _model.NeededNodes)
            Add(node, model.Weights);
        _outputs.Insert(0, new(Logits, _names[_model.Outputs[0].Node]));
        NetworkDefinition network = new(_inputs, _nodes, _outputs);
        Model = new(network, new(network.Parameters.Select(spec => KeyValuePair.Create(spec.Name, Find(spec.Name)))));
    }

    /// <summary>The most tokens that the model looks at.</summary>
    public int ContextLength { get; }

    /// <summary>The number of logits.</summary>
    public int VocabularySize { get; }

    /// <summary>The network of one token.</summary>
    public NetworkModel Model { get; }

    /// <summary>The names of the caches, inputs [context×2·E] and outputs [1×2·E], and how wide each is.</summary>
    public List<(string Input, string Output, int Width)> Caches { get; } = [];

    private WeightTensor Find(string name) => _weights.First(pair => pair.Key == name).Value;

    private void Add(NetworkNode node, NetworkWeights weights)
    {
        switch (node.Layer)
        {
            case ScaledDotProductAttention { Causal: true } attention when node.Inputs.Count == 1:
                AddAttention(node, attention);
                break;
            case LearnedPositions positions:
                AddPositions(node, weights[$"{node.Name}.weight"], positions.MaxLength);
                break;
            case SinusoidalPositions:
                TensorShape shape = _model.ShapeOf(node.Name);
                float[] values = [.. SinusoidalPositions.Values(shape).Select(value => (float)value)];
                AddPositions(node, new(shape, values), shape[0]);
                break;
            case Linear or LayerNorm { NormalizedRank: 1 } or Networks.Add or Dropout or Embedding
                or (Activation and not Softmax):
                Append(node.Name, node.Layer, [.. node.Inputs.Select(name => _names[name])]);
                if (node.Layer is Linear)
                    RenameParameters(node.Name);
                break;
            default:
                throw new NotSupportedException(
                    $"Layer '{node.Name}' ({node.Layer.GetType().Name}) can't be run token by token: a place must depend on " +
                    "those before it only.");
        }
    }

    /// <summary>The new place looks at itself and at those before it: its keys and values come before theirs.</summary>
    private void AddAttention(NetworkNode node, ScaledDotProductAttention attention)
    {
        int features = _model.ShapeOf(node.Name)[1];
        string packed = _names[node.Inputs[0]], name = node.Name, cache = $"{name}.cache";
        if (_mask is null)
        {
            _mask = "mask";
            _nodes.Add(new(_mask, new SequenceMask(ContextLength + 1), [Length]));
        }
        _inputs.Add(new(cache, new(ContextLength, 2 * features)));
        _nodes.Add(new($"{name}.query", new Slice(1, 0, features), [packed]));
        _nodes.Add(new($"{name}.new", new Slice(1, features), [packed]));
        _nodes.Add(new($"{name}.keys", new Concat(), [$"{name}.new", cache]));
        Append(name, new CrossAttention(attention.NumHeads), [$"{name}.query", $"{name}.keys", _mask]);
        _outputs.Add(new($"{name}.new", $"{name}.new"));
        Caches.Add((cache, $"{name}.new", 2 * features));
    }

    private void AddPositions(NetworkNode node, WeightTensor vectors, int count)
    {
        string table = $"{node.Name}.table";
        _weights.Add(new($"{table}.weight", vectors));
        _nodes.Add(new(table, new Embedding(count, vectors.Shape[1]), [Place]));
        Append(node.Name, new Add(), [_names[node.Inputs[0]], table]);
    }

    private void Append(string name, Layer layer, string[] inputs)
    {
        _nodes.Add(new(name, layer, inputs));
        _names.Add(name, name);
    }

    private void RenameParameters(string name)
    {
        foreach (string parameter in new[] { "weight", "bias" })
        {
            int index = _weights.FindIndex(pair => pair.Key == $"{name}_{parameter}");
            if (index >= 0)
                _weights[index] = new($"{name}.{parameter}", _weights[index].Value);
        }
    }
}
