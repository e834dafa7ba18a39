namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A language model of GPT's form (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019): for each place
/// of a text the logits of the token that comes next. Its names are nanoGPT's, and its head has weights of its own rather than
/// those of the embedding.
/// <list type="table">
/// <item><term>transformer.wte, wpe, drop</term><description>Embedding, learned positions, dropout</description></item>
/// <item><term>transformer.h.0 … h.n</term><description>x + attn(ln_1(x)), x + mlp(ln_2(x)): causal attention
/// (<c>attn.c_attn</c>, <c>attn.c_proj</c>), Linear 4·E, GELU, Linear E (<c>mlp.c_fc</c>, <c>mlp.c_proj</c>)</description></item>
/// <item><term>transformer.ln_f, lm_head</term><description>layer normalisation, Linear to the vocabulary</description></item>
/// </list>
/// </summary>
public static class TransformerLanguageModel
{
    /// <summary>The name of the input, ids [contextLength].</summary>
    public const string InputName = "tokens";

    /// <summary>How many times the features the layer between is wide.</summary>
    private const int Expansion = 4;

    /// <summary>The deviation of initial embeddings and positions.</summary>
    private const double Deviation = 0.02;

    /// <summary>Makes the definition: from ids [contextLength] to logits [contextLength×vocabulary].</summary>
    /// <param name="vocabularySize">The number of different tokens.</param>
    /// <param name="contextLength">The most tokens that the model looks at.</param>
    /// <param name="layers">The number of blocks.</param>
    /// <param name="heads">The number of heads, a divisor of <paramref name="features"/>.</param>
    /// <param name="features">The width of the model.</param>
    /// <param name="dropout">The share of embeddings, attention weights and results of each half of a block that training
    /// drops.</param>
    /// <param name="bias">Whether the linear layers of the blocks have a bias.</param>
    /// <exception cref="ArgumentException">A number is out of range; the message names the layer.</exception>
    public static NetworkDefinition Create(
        int vocabularySize, int contextLength, int layers = 4, int heads = 4, int features = 128, double dropout = 0,
        bool bias = true)
    {
        return NetworkDefinition.Build(network =>
        {
            network.InputIds(InputName, new(contextLength), vocabularySize);
            network.Sequential("transformer", transformer =>
            {
                transformer.Embedding(vocabularySize, features, standardDeviation: Deviation, name: "wte")
                    .LearnedPositions(contextLength, Deviation, "wpe");
                Drop(transformer, "drop");
                for (int i = 0; i < layers; i++)
                    transformer.Sequential($"h.{i}", Block);
                transformer.Add(new LayerNorm(NormalizedRank: 1), "ln_f");
            });
            Linear(network, vocabularySize, "lm_head", hasBias: false);
        });

        void Block(NetworkBuilder block) => block
            .Residual(main => main.Add(new LayerNorm(NormalizedRank: 1), "ln_1").Sequential("attn", Attend), name: "add_1")
            .Residual(main => main.Add(new LayerNorm(NormalizedRank: 1), "ln_2").Sequential("mlp", Feed), name: "add_2");

        void Attend(NetworkBuilder attention)
        {
            Linear(attention, 3 * features, "c_attn", bias);
            attention.ScaledDotProductAttention(heads, causal: true, dropout: dropout, name: "attention");
            Drop(Linear(attention, features, "c_proj", bias), "resid_dropout");
        }

        void Feed(NetworkBuilder mlp)
        {
            Linear(mlp, Expansion * features, "c_fc", bias).GELU("gelu");
            Drop(Linear(mlp, features, "c_proj", bias), "dropout");
        }

        void Drop(NetworkBuilder builder, string name)
        {
            if (dropout != 0)
                builder.Dropout(dropout, name);
        }

        static NetworkBuilder Linear(NetworkBuilder builder, int outputs, string name, bool hasBias) =>
            builder.Linear(outputs, hasBias, name, WeightInitialization.TransformerNormal);
    }
}
