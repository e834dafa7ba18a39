namespace MLNetExtensions.Networks;

/// <summary>What a parameter of a layer is for.</summary>
public enum ParameterRole
{
    /// <summary>Learned by gradient descent.</summary>
    Trainable,

    /// <summary>Saved with the network but not learned by gradients: the running statistics of batch normalisation.</summary>
    Buffer,
}

/// <summary>One tensor that a layer owns: its name (within the layer in <see cref="Layer.Parameters"/>, full in
/// <see cref="NetworkDefinition.Parameters"/>), shape in PyTorch's layout, initial values and role.</summary>
public sealed record ParameterSpec(
    string Name, TensorShape Shape, Initializer Initializer, ParameterRole Role = ParameterRole.Trainable);
