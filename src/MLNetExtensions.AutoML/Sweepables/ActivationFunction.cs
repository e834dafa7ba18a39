using MLNetExtensions.Networks;

namespace MLNetExtensions.AutoML;

/// <summary>The functions after a hidden layer that a sweep chooses from, neighbours alike.</summary>
public enum ActivationFunction
{
    /// <inheritdoc cref="Networks.ReLU"/>
    ReLU,

    /// <inheritdoc cref="Networks.LeakyReLU"/>
    LeakyReLU,

    /// <inheritdoc cref="Networks.GELU"/>
    GELU,

    /// <inheritdoc cref="Networks.SiLU"/>
    SiLU,

    /// <inheritdoc cref="Networks.Tanh"/>
    Tanh,
}

/// <summary>From the name of an activation to its layer.</summary>
internal static class ActivationFunctionExtensions
{
    public static Activation ToLayer(this ActivationFunction function) => function switch
    {
        ActivationFunction.ReLU => new ReLU(),
        ActivationFunction.LeakyReLU => new LeakyReLU(),
        ActivationFunction.GELU => new GELU(),
        ActivationFunction.SiLU => new SiLU(),
        ActivationFunction.Tanh => new Tanh(),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "There is no such activation function."),
    };
}
