namespace MLNetExtensions.Networks.Onnx;

/// <summary>The weights of a recurrent operator, as PyTorch has them.</summary>
internal sealed class RecurrentWeights
{
    private readonly NodeImport _node;
    private readonly int[] _gates;
    private readonly OnnxConstant _input, _state;
    private readonly OnnxConstant? _bias;
    private readonly bool _isBackwards;

    private RecurrentWeights(NodeImport node, int[] gates, bool isBackwards)
    {
        (_node, _gates, _isBackwards) = (node, gates, isBackwards);
        (_input, _state, _bias) =
            (node.Constant(1, "weight"), node.Constant(2, "weight of states"), node.OptionalConstant(3, "bias"));
        Size = checked((int)_state.Dims[^1]);
        long rows = checked(gates.Length * Size);
        if (_state.Rank != 3 || _input.Rank != 3 || Directions is not (1 or 2) || _input.Dims[1] != rows || _state.Dims[1] != rows
            || _state.Dims[0] != Directions || (_bias is not null && _bias.Count != 2 * rows * Directions)
            || node.Int("hidden_size", Size) != Size)
            throw node.Malformed(
                $"has weights of dimensions {_input.Dims.Text()}, {_state.Dims.Text()} and {_bias?.Dims.Text() ?? "none"}.");
    }

    public int Directions => (int)_input.Dims[0];

    /// <summary>The size of the state of one direction.</summary>
    public int Size { get; }

    public bool HasBias => _bias is not null;

    /// <summary>What names the layer.</summary>
    public OnnxConstant Origin => _input;

    /// <param name="node">The operator.</param>
    /// <param name="gates">Where PyTorch's gates are among ONNX's.</param>
    /// <param name="isBackwards">Whether its only direction is the one backwards.</param>
    public static RecurrentWeights Of(NodeImport node, int[] gates, bool isBackwards) => new(node, gates, isBackwards);

    /// <summary>The parameters of a layer of the stack.</summary>
    public (string Name, WeightTensor Tensor)[] Parameters(RecurrentLayer layer, int index)
    {
        int rows = _gates.Length * Size;
        List<(string, WeightTensor)> parameters = [];
        for (int direction = 0; direction < layer.Directions; direction++)
        {
            string suffix = RecurrentLayer.Suffix(index, direction);
            // A direction that the operator does not have is one of zeros.
            int source = _isBackwards ? direction - 1 : direction;
            parameters.Add(($"weight_ih{suffix}", Rows(_input, source, _gates.Length, 0)));
            parameters.Add(($"weight_hh{suffix}", Rows(_state, source, _gates.Length, 0)));
            if (_bias is null)
                continue;
            OnnxConstant biases = _bias.Reshape([Directions, 2L * rows, 1]);
            parameters.Add(($"bias_ih{suffix}", Rows(biases, source, 2 * _gates.Length, 0)));
            parameters.Add(($"bias_hh{suffix}", Rows(biases, source, 2 * _gates.Length, _gates.Length)));
        }
        return [.. parameters];
    }

    /// <summary>The gates of a direction in their order, from the first of them among blocks of rows.</summary>
    private WeightTensor Rows(OnnxConstant tensor, int direction, int blocks, int first)
    {
        int columns = (int)tensor.Dims[2], block = Size * columns;
        float[] values = new float[_gates.Length * block];
        for (int gate = 0; gate < _gates.Length && direction >= 0; gate++)
        {
            int place = (direction * blocks + first + _gates[gate]) * block;
            tensor.ToFloats().AsSpan(place, block).CopyTo(values.AsSpan(gate * block));
        }
        return ReferenceEquals(tensor, _input) || ReferenceEquals(tensor, _state)
            ? new(NetworkAssembly.Shape(_node, [_gates.Length * Size, columns]), values)
            : new(new(_gates.Length * Size), values);
    }
}
