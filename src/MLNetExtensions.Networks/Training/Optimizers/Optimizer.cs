using System.Globalization;
using System.Text;

namespace MLNetExtensions.Networks.Training;

/// <summary>How gradients change weights: the hyper-parameters, with PyTorch's update rules and defaults. Engines carry them out.
/// The learning rate is one of the run (<see cref="TrainingOptions.LearningRate"/>) and comes with each step.</summary>
/// <param name="WeightDecay">L2 penalty (<see cref="AdamW"/>: decoupled decay), at least 0.</param>
public abstract record Optimizer(double WeightDecay)
{
    /// <summary>The learning rate of a run that names none.</summary>
    public abstract double DefaultLearningRate { get; }

    /// <summary>Whether the decay is of matrices and larger tensors only, so that biases and the weights of normalisations keep
    /// theirs: usual for transformers. False (the default) is all parameters.</summary>
    public bool DecayMatricesOnly { get; init; }

    /// <summary>Whether the decay takes from a parameter of this shape.</summary>
    internal bool Decays(TensorShape shape) => WeightDecay != 0 && (!DecayMatricesOnly || shape.Rank > 1);

    /// <summary>Throws unless the hyper-parameters are in range.</summary>
    /// <exception cref="ArgumentException">One is not; the message names it.</exception>
    internal virtual void Check() => RequireNotNegative(nameof(WeightDecay), WeightDecay);

    /// <summary>Prints what was chosen: the default learning rate is a fact of the type.</summary>
    protected virtual bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.CurrentCulture, $"{nameof(WeightDecay)} = {WeightDecay}");
        if (DecayMatricesOnly)
            builder.Append(", of matrices only");
        return true;
    }

    private protected void RequireShare(string name, double value) => Require(value is >= 0 and < 1, name, value, "in [0, 1)");

    private protected void RequireNotNegative(string name, double value) =>
        Require(value >= 0 && double.IsFinite(value), name, value, "at least 0");

    private protected void Require(bool valid, string name, double value, string requirement)
    {
        if (!valid)
            throw new ArgumentOutOfRangeException(name, value, $"{name} of {GetType().Name} must be {requirement}.");
    }
}
