namespace MLNetExtensions.Networks;

/// <summary>What a recurrent layer gives.</summary>
public enum RecurrentOutput
{
    /// <summary>The state of the uppermost layer after each step, [length×directions·hidden]; 0 where a mask says
    /// padding.</summary>
    Sequence,

    /// <summary>Its last state, [directions·hidden]: of the direction forwards after the last step of the sequence itself, of the
    /// one backwards after the first.</summary>
    Last,
}

/// <summary>
/// A recurrent network over a sequence, input [length×features], or several, [..., length×features], each for itself. Of one
/// sequence there may be a second input, a mask of [length]: steps where it is 0 are passed over, so that each row of a padded
/// batch gives what it gives alone (PyTorch's packed sequences), and a row without any step gives 0.
/// </summary>
/// <remarks>Parameters, of layer k: <c>weight_ih_lk</c> [gates·hidden×inputs], <c>weight_hh_lk</c> [gates·hidden×hidden],
/// <c>bias_ih_lk</c> and <c>bias_hh_lk</c> [gates·hidden], and the same with <c>_reverse</c> for the direction backwards, all
/// drawn uniformly from ±1/√hidden.</remarks>
/// <param name="HiddenSize">The size of the state of one direction.</param>
/// <param name="Layers">Layers on top of each other, each over the states of the one below.</param>
/// <param name="Bias">Whether biases exist.</param>
/// <param name="Dropout">The share of values dropped between layers while training, in [0, 1).</param>
/// <param name="Bidirectional">Whether each layer goes over the sequence backwards too; the states of both directions then lie
/// side by side, those forwards first.</param>
/// <param name="Output">The states of all steps, or the last one.</param>
public abstract record RecurrentLayer(
    int HiddenSize, int Layers, bool Bias, double Dropout, bool Bidirectional, RecurrentOutput Output) : Layer
{
    internal override bool IsRandom => Dropout > 0;

    internal override int OptionalInputs => 1;

    /// <summary>1, or 2 if the layer is bidirectional.</summary>
    internal int Directions => Bidirectional ? 2 : 1;

    /// <summary>Rows of hidden size in a weight.</summary>
    internal abstract int Gates { get; }

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (HiddenSize < 1 || Layers < 1)
            throw new ArgumentException($"needs a hidden size and layers of at least 1, not {HiddenSize} and {Layers}.");
        if (Dropout is not (>= 0 and < 1))
            throw new ArgumentException($"needs a dropout in [0, 1), not {Dropout}.");
        TensorShape input = inputs[0];
        if (input.Rank < 2 || (input.Rank > 2 && inputs.Count > 1))
            throw new ArgumentException(
                $"expects steps of features, [length×features], or several sequences without a mask, but its input is {input}.");
        RequireMask(inputs, input[^2]);
        int size = checked(Directions * HiddenSize);
        return new([.. input.Dimensions[..(Output == RecurrentOutput.Last ? ^2 : ^1)], size]);
    }

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs)
    {
        UniformInitializer initializer = new(1 / Math.Sqrt(HiddenSize));
        int rows = checked(Gates * HiddenSize);
        for (int layer = 0; layer < Layers; layer++)
        {
            for (int direction = 0; direction < Directions; direction++)
            {
                string suffix = Suffix(layer, direction);
                yield return new($"weight_ih{suffix}", new(rows, InputSize(inputs[0], layer)), initializer);
                yield return new($"weight_hh{suffix}", new(rows, HiddenSize), initializer);
                if (!Bias)
                    continue;
                yield return new($"bias_ih{suffix}", new(rows), initializer);
                yield return new($"bias_hh{suffix}", new(rows), initializer);
            }
        }
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) =>
        Enumerable.Range(0, Layers).Sum(layer =>
            inputs[0].Size / inputs[0][^1] * Directions * HiddenSize
                * (Gates * (2L * (InputSize(inputs[0], layer) + HiddenSize) + 2) + 8));

    /// <summary>What the names of a layer's parameters end in.</summary>
    internal static string Suffix(int layer, int direction) => $"_l{layer}{(direction == 0 ? "" : "_reverse")}";

    /// <summary>The features that a layer takes at each step.</summary>
    internal int InputSize(TensorShape input, int layer) => layer == 0 ? input[^1] : Directions * HiddenSize;
}

/// <summary>Long short-term memory (Hochreiter and Schmidhuber, 1997; with forget gates, Gers et al., 2000): gates i, f, o and
/// candidate g in PyTorch's order i, f, g, o; c′ = f·c + i·g, h′ = o·tanh(c′).</summary>
/// <inheritdoc cref="RecurrentLayer"/>
public sealed record LSTM(
    int HiddenSize, int Layers = 1, bool Bias = true, double Dropout = 0, bool Bidirectional = false,
    RecurrentOutput Output = RecurrentOutput.Sequence)
    : RecurrentLayer(HiddenSize, Layers, Bias, Dropout, Bidirectional, Output)
{
    internal override int Gates => 4;
}

/// <summary>The gated recurrent unit (Cho et al., 2014), in PyTorch's form, whose reset gate acts behind the product: gates r and
/// z, n = tanh(Wx + b + r·(Uh + b′)), h′ = (1 − z)·n + z·h.</summary>
/// <inheritdoc cref="RecurrentLayer"/>
public sealed record GRU(
    int HiddenSize, int Layers = 1, bool Bias = true, double Dropout = 0, bool Bidirectional = false,
    RecurrentOutput Output = RecurrentOutput.Sequence)
    : RecurrentLayer(HiddenSize, Layers, Bias, Dropout, Bidirectional, Output)
{
    internal override int Gates => 3;
}
