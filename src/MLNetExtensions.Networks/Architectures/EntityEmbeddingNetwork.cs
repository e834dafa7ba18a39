namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A network for tables of numbers and categories (Guo and Berkhahn, "Entity Embeddings of Categorical Variables", 2016): a
/// learned vector for each category, beside the numbers; then, for each hidden layer, Linear, batch normalisation (if asked for),
/// activation, dropout (if asked for); then a Linear to the outputs, which are logits or numbers.
/// <list type="table">
/// <item><term>embeddings.NAME</term><description>the vectors of input NAME, of ids; of several ids in a row their mean, that of
/// padding left out</description></item>
/// <item><term>values</term><description>all vectors and numbers, behind each other</description></item>
/// <item><term>hidden.0, hidden.1, …, output</term><description>Linear</description></item>
/// </list>
/// </summary>
/// <remarks>Id 0 is that of a missing or unknown category: its vector is 0 and stays it. The paper's networks have hidden layers
/// of 1,000 and 500, and sizes of vectors chosen by hand below the number of categories.</remarks>
public static class EntityEmbeddingNetwork
{
    /// <summary>The deviation that vectors start with: as small as the values of normalised numbers allow, so that no category
    /// stands out before it has been learned.</summary>
    private const double StandardDeviation = 0.05;

    private const int MaxEmbeddingSize = 50;

    /// <summary>Makes the definition.</summary>
    /// <param name="inputs">The columns: numbers, best normalised, and ids, of which 0 stands for none.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="hiddenLayers">The width of each hidden layer; none makes a linear model.</param>
    /// <param name="embeddingSize">The length of the vectors of so many ids; <see cref="DefaultEmbeddingSize"/> when
    /// null.</param>
    /// <param name="activation">The function after each hidden layer; <see cref="ReLU"/> when null.</param>
    /// <param name="dropout">The share of hidden values dropped while training, in [0, 1).</param>
    /// <param name="batchNorm">Whether each hidden layer's sums are batch-normalised before the activation.</param>
    /// <exception cref="ArgumentException">There is no input, a width is below 1 or the dropout out of range.</exception>
    public static NetworkDefinition Create(
        IReadOnlyList<NetworkInput> inputs, int outputs, IReadOnlyList<int> hiddenLayers, Func<int, int>? embeddingSize = null,
        Activation? activation = null, double dropout = 0, bool batchNorm = false)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(hiddenLayers);
        return NetworkDefinition.Build(network =>
        {
            string[] names = [.. inputs.Select(input => network.Input(input))];
            string[] values = [.. inputs.Zip(names, (input, name) => network.From(name).Values(input, embeddingSize))];
            if (values.Length > 1)
                network.Add(new Concat(), "values", values);
            for (int i = 0; i < hiddenLayers.Count; i++)
            {
                network.Linear(hiddenLayers[i], name: $"hidden.{i}");
                if (batchNorm)
                    network.BatchNorm1d(name: $"norm.{i}");
                network.Add(activation ?? new ReLU(), $"activation.{i}").OptionalDropout(dropout, $"dropout.{i}");
            }
            network.Linear(outputs, name: "output");
        });
    }

    /// <summary>The length of the vectors of an input of so many ids: half as many, at least 1 and at most 50, the rule of the
    /// fast.ai library's first tables (Howard, 2018).</summary>
    public static int DefaultEmbeddingSize(int vocabularySize) => Math.Clamp((vocabularySize + 1) / 2, 1, MaxEmbeddingSize);

    /// <summary>The values of an input, [values].</summary>
    private static string Values(this NetworkBuilder network, NetworkInput input, Func<int, int>? embeddingSize)
    {
        string flat = input.Shape.Rank > 1 ? network.Flatten($"flat.{input.Name}").Current : network.Current;
        if (input.VocabularySize is not { } ids)
            return flat;
        bool areSeveral = input.Shape.Size > 1;
        string? mask = areSeveral ? network.PaddingMask(name: $"mask.{input.Name}").Current : null;
        network.From(flat).Embedding(
            ids, (embeddingSize ?? DefaultEmbeddingSize)(ids), paddingIndex: 0, StandardDeviation, $"embeddings.{input.Name}");
        return areSeveral
            ? network.PoolOverTime(TimePooling.Mean, mask: mask, name: $"mean.{input.Name}").Current
            : network.Flatten($"vector.{input.Name}").Current;
    }
}
