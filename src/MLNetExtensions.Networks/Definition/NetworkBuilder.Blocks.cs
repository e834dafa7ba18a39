namespace MLNetExtensions.Networks;

/// <content>Blocks of several layers that are PyTorch modules.</content>
public sealed partial class NetworkBuilder
{
    /// <summary>Adds a layer of a transformer's encoder (Vaswani et al., 2017, section 3.1): self-attention and two linear layers
    /// with an activation between, each beside an identity and with a layer normalisation behind it, or before it (Xiong et al.,
    /// "On Layer Normalization in the Transformer Architecture", 2020). Input and output [L×E]; the names are those of
    /// <c>nn.TransformerEncoderLayer</c>: <c>self_attn</c>, <c>linear1</c>, <c>linear2</c>, <c>norm1</c>, <c>norm2</c>.</summary>
    /// <param name="features">E, the features of a place.</param>
    /// <param name="numHeads">The number of heads, a divisor of E.</param>
    /// <param name="feedForward">The width between the linear layers.</param>
    /// <param name="dropout">The share of attention weights, hidden values and results of each half that training drops.</param>
    /// <param name="activation">The function between the linear layers; <see cref="Networks.ReLU"/> when null.</param>
    /// <param name="normFirst">Whether normalisation comes before each half rather than behind the sum.</param>
    /// <param name="mask">The node or input that is the mask of the places; null (the default) where all count.</param>
    /// <param name="causal">Whether a place looks at itself and the places before it only.</param>
    /// <param name="epsilon">Added to the variance by the normalisations.</param>
    /// <param name="name">The block's name; its index when null.</param>
    public NetworkBuilder TransformerEncoderLayer(
        int features,
        int numHeads,
        int feedForward = 2048,
        double dropout = 0.1,
        Activation? activation = null,
        bool normFirst = false,
        string? mask = null,
        bool causal = false,
        double epsilon = 1e-5,
        string? name = null)
    {
        return Sequential(name ?? _index++.ToString(), block => block
            .Half(Attend, "1", normFirst, dropout, epsilon)
            .Half(Feed, "2", normFirst, dropout, epsilon));

        void Attend(NetworkBuilder block) => block.MultiheadAttention(numHeads, mask, causal, dropout, name: "self_attn");

        void Feed(NetworkBuilder block)
        {
            block.Linear(feedForward, name: "linear1").Add(activation ?? new ReLU(), "activation");
            block.OptionalDropout(dropout, "dropout").Linear(features, name: "linear2");
        }
    }

    /// <summary>x + f(norm(x)), or norm(x + f(x)).</summary>
    private NetworkBuilder Half(Action<NetworkBuilder> function, string number, bool normFirst, double dropout, double epsilon)
    {
        LayerNorm norm = new(NormalizedRank: 1, epsilon);
        Residual(
            main =>
            {
                if (normFirst)
                    main.Add(norm, $"norm{number}");
                function(main);
                main.OptionalDropout(dropout, $"dropout{number}");
            },
            name: $"add{number}");
        return normFirst ? this : Add(norm, $"norm{number}");
    }

    internal NetworkBuilder OptionalDropout(double probability, string name) =>
        probability == 0 ? this : Dropout(probability, name);
}
