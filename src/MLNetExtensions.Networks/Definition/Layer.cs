using System.Text.Json.Serialization;

namespace MLNetExtensions.Networks;

/// <summary>
/// One operation of a network: its hyper-parameters as plain data. Semantics, defaults, initialisation and parameter names are
/// those of the PyTorch module of the same name. Shapes are per example, without the batch dimension.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "layer")]
[JsonDerivedType(typeof(Linear), nameof(Linear))]
[JsonDerivedType(typeof(Conv2d), nameof(Conv2d))]
[JsonDerivedType(typeof(MaxPool2d), nameof(MaxPool2d))]
[JsonDerivedType(typeof(AvgPool2d), nameof(AvgPool2d))]
[JsonDerivedType(typeof(AdaptiveAvgPool2d), nameof(AdaptiveAvgPool2d))]
[JsonDerivedType(typeof(BatchNorm1d), nameof(BatchNorm1d))]
[JsonDerivedType(typeof(BatchNorm2d), nameof(BatchNorm2d))]
[JsonDerivedType(typeof(LayerNorm), nameof(LayerNorm))]
[JsonDerivedType(typeof(LocalResponseNorm), nameof(LocalResponseNorm))]
[JsonDerivedType(typeof(Normalize), nameof(Normalize))]
[JsonDerivedType(typeof(Dropout), nameof(Dropout))]
[JsonDerivedType(typeof(Flatten), nameof(Flatten))]
[JsonDerivedType(typeof(Reshape), nameof(Reshape))]
[JsonDerivedType(typeof(Add), nameof(Add))]
[JsonDerivedType(typeof(Concat), nameof(Concat))]
[JsonDerivedType(typeof(ReLU), nameof(ReLU))]
[JsonDerivedType(typeof(LeakyReLU), nameof(LeakyReLU))]
[JsonDerivedType(typeof(GELU), nameof(GELU))]
[JsonDerivedType(typeof(SiLU), nameof(SiLU))]
[JsonDerivedType(typeof(Tanh), nameof(Tanh))]
[JsonDerivedType(typeof(Sigmoid), nameof(Sigmoid))]
[JsonDerivedType(typeof(Softmax), nameof(Softmax))]
public abstract record Layer
{
    /// <summary>The number of inputs the layer takes; -1 means two or more.</summary>
    [JsonIgnore]
    public virtual int InputCount => 1;

    /// <summary>The shape of the output for the given inputs.</summary>
    /// <exception cref="ArgumentException">The layer can't be applied to these shapes; the message says why.</exception>
    public abstract TensorShape InferShape(IReadOnlyList<TensorShape> inputs);

    /// <summary>The parameters that the layer owns for the given inputs, in PyTorch's order.</summary>
    public virtual IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs) => [];

    /// <summary>Floating-point operations of one example's forward pass, a multiply-add counted as two.</summary>
    public virtual long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => output.Size;

    /// <summary>Throws unless <paramref name="input"/> is an image, [channels×height×width].</summary>
    private protected static TensorShape RequireImage(TensorShape input) =>
        input.Rank == 3
            ? input
            : throw new ArgumentException($"expects an image [channels×height×width] but its input is {input}.");
}
