namespace MLNetExtensions.Networks;

/// <summary>One tensor that a layer owns: its name (within the layer in <see cref="Layer.Parameters"/>, full in
/// <see cref="NetworkDefinition.Parameters"/>), shape in PyTorch's layout and role.</summary>
public sealed record ParameterSpec
{
    internal ParameterSpec(
        string name, TensorShape shape, Initializer initializer, ParameterRole role = ParameterRole.Trainable) =>
        (Name, Shape, Initializer, Role) = (name, shape, initializer, role);

    /// <summary>The name.</summary>
    public string Name { get; internal init; }

    /// <summary>The shape, in PyTorch's layout.</summary>
    public TensorShape Shape { get; internal init; }

    /// <summary>What it is for.</summary>
    public ParameterRole Role { get; }

    /// <summary>How its values are drawn.</summary>
    internal Initializer Initializer { get; }
}
