namespace MLNetExtensions.Networks;

/// <summary>One tensor that a layer owns: its name (within the layer in <see cref="Layer.Parameters"/>, full in
/// <see cref="NetworkDefinition.Parameters"/>), shape in PyTorch's layout, initial values and role.</summary>
public sealed record ParameterSpec(
    string Name, TensorShape Shape, Initializer Initializer, ParameterRole Role = ParameterRole.Trainable);
