using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// Three networks for sentences in one (Hansen and Salamon, "Neural Network Ensembles", 1990), which see different things, each
/// trained by a loss of its own, and err at different sentences. The mean of their logits is that of the logarithms of their
/// probabilities (the logarithmic opinion pool: Heskes, "Selecting Weighting Factors in Logarithmic Opinion Pools", 1997).
/// <list type="table">
/// <item><term>words</term><description><see cref="TextCnn"/> of the first input alone</description></item>
/// <item><term>subwords</term><description><see cref="TextCnn"/> of the sums of the vectors of all inputs</description></item>
/// <item><term>recurrent</term><description>the same with vectors of its own, beside whose windows (conv.0, conv.1, …) a GRU in both
/// directions (rnn) reads the sentence, with the largest values of its states (Lai et al., "Recurrent Convolutional Neural Networks
/// for Text Classification", 2015)</description></item>
/// <item><term>logits</term><description>the mean of the three</description></item>
/// </list>
/// </summary>
/// <remarks>Padding changes nothing, as <see cref="TextCnn"/> says.</remarks>
public static class TextEnsemble
{
    /// <summary>The output of the three together.</summary>
    public const string Logits = "logits";

    /// <summary>The outputs of the members.</summary>
    public const string Words = "logits.words", Subwords = "logits.subwords", Recurrent = "logits.recurrent";

    /// <summary>Makes the definition to train, with the outputs <see cref="Logits"/>, <see cref="Words"/>, <see cref="Subwords"/> and
    /// <see cref="Recurrent"/>, which <see cref="Loss"/> takes. <c>WithOutputs(TextEnsemble.Logits)</c> is what scores.</summary>
    /// <param name="inputs">Ids of words, and of their parts (first or last letters, shapes), [length] each, of which place i belongs to
    /// word i; 0 stands for an unknown part, and where all are 0 there is no word.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="embeddingDimension">The length of a vector.</param>
    /// <param name="windows">The words of a window; 3, 4 and 5 when null.</param>
    /// <param name="maps">The maps of each window.</param>
    /// <param name="hiddenSize">The size of the state of one direction.</param>
    /// <param name="dropout">The share of pooled values dropped while training, in [0, 1).</param>
    /// <exception cref="ArgumentException">There are fewer than two inputs, or they are not ids of one length, or a size is below 1,
    /// or the dropout out of range.</exception>
    public static NetworkDefinition Create(
        IReadOnlyList<NetworkInput> inputs, int classes, int embeddingDimension = 300, IReadOnlyList<int>? windows = null,
        int maps = 100, int hiddenSize = 100, double dropout = 0.5)
    {
        TextCnn.RequireParts(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize, 1);
        return NetworkDefinition.Build(network =>
        {
            string mask = network.WordMask(inputs);
            string[] members =
            [
                Member("words", Words, [inputs[0]], stateSize: 0), Member("subwords", Subwords, inputs, stateSize: 0),
                Member("recurrent", Recurrent, inputs, hiddenSize),
            ];
            network.Add(new Concat(), "members", members).Mean(0, name: "mean").Output(Logits);

            string Member(string name, string output, IReadOnlyList<NetworkInput> parts, int stateSize) =>
                network.Sequential(name, member => member
                    .WordVectors(parts, embeddingDimension)
                    .Sentence(mask, inputs[0].Shape[0], classes, windows, maps, dropout, stateSize).Output(output)
                    .Reshape(new(1, classes), "row")).Current;
        }).WithOutputs(Logits, Words, Subwords, Recurrent);
    }

    /// <summary>What training minimises: the sum of the members' losses. Their mean has none, since members that are trained together
    /// become alike.</summary>
    /// <param name="loss">The loss of one output; cross-entropy when null.</param>
    public static CompositeLoss Loss(Loss? loss = null)
    {
        loss ??= new CrossEntropyLoss();
        return new(
        [
            new(Logits, loss, Weight: 0), new(Words, loss, TargetOf: Logits), new(Subwords, loss, TargetOf: Logits),
            new(Recurrent, loss, TargetOf: Logits),
        ]);
    }
}
