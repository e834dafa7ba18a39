namespace MLNetExtensions.Networks;

/// <summary>How <see cref="NetworkModel.LoadOnnx(string, OnnxImportOptions?)"/> reads a model.</summary>
public sealed record OnnxImportOptions
{
    /// <summary>The shape of one example, without the batch dimension; needed where the file leaves a dimension of its input
    /// open, and what it does say must agree. Of several inputs it is the first one's, and the others take the sizes of
    /// dimensions that the file calls alike. The file's own when null (the default).</summary>
    public TensorShape? InputShape { get; init; }

    /// <summary>The value that becomes the network's output: one of the model's outputs, or any value on the way to one, such as
    /// the features before a classifier. All outputs of the model when null (the default).</summary>
    public string? OutputName { get; init; }
}
