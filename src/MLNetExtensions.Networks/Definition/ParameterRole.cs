namespace MLNetExtensions.Networks;

/// <summary>What a parameter of a layer is for.</summary>
public enum ParameterRole
{
    /// <summary>Learned by gradient descent.</summary>
    Trainable,

    /// <summary>Saved with the network but not learned by gradients: the running statistics of batch normalisation.</summary>
    Buffer,
}
