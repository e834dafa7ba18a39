namespace MLNetExtensions.Networks;

/// <summary>How <see cref="NetworkModel.SaveOnnx(string, OnnxExportOptions?)"/> writes a network.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The name of the model's input, of type Single and shape [batch, the network's input shape].</summary>
    public string InputName { get; init; } = "input";

    /// <summary>The name of the model's output, of type Single and shape [batch, the network's output shape].</summary>
    public string OutputName { get; init; } = "output";

    /// <summary>A function that the model applies to the network's output, as the trainers do when they score: <see
    /// cref="Sigmoid"/> makes probabilities of a binary classifier's logits, <see cref="Softmax"/> of a multiclass one's. None
    /// when null (the default): the output is the network's.</summary>
    public Activation? OutputActivation { get; init; }
}
