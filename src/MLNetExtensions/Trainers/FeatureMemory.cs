using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Trainers;

/// <summary>Says which column asks for more memory than there is, how much, and what to do.</summary>
/// <param name="columns">The names of the feature columns, quoted.</param>
/// <param name="network">The network that is to be trained on it.</param>
internal sealed class FeatureMemory(string columns, NetworkDefinition network)
{
    /// <summary>What the weights started from, what they are, and those of the best epoch and of the last one: the least that
    /// training keeps, all layers frozen.</summary>
    private const int Copies = 4;

    private const string Remedy =
        "Train on fewer features (mlContext.Transforms.FeatureSelection, or hashing to fewer bits), or begin the network with " +
        "a layer of fewer outputs.";

    /// <summary>Throws where the weights can't be held, before anything is read.</summary>
    /// <exception cref="InsufficientMemoryException">They can't.</exception>
    public void RequireWeights()
    {
        MemoryNeed.Require($"{Subject} and what training keeps of them", Copies * WeightBytes, Remedy);
        if (network.Parameters.FirstOrDefault(spec => spec.Shape.Size > Array.MaxLength) is { } parameter)
            throw new InsufficientMemoryException(
                $"{Subject} don't fit: '{parameter.Name}' is {parameter.Shape}, more values than an array holds. {Remedy}");
    }

    /// <summary>Does work that takes memory.</summary>
    /// <exception cref="InsufficientMemoryException">Memory ran out.</exception>
    public T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (OutOfMemoryException e)
        {
            throw Explain(e);
        }
    }

    private long WeightBytes => sizeof(float) * network.ParameterCount;

    private string Subject => FormattableString.Invariant(
        $"The {network.ParameterCount:N0} weights for the {network.InputShape.Size:N0} features of the column {columns}");

    private InsufficientMemoryException Explain(OutOfMemoryException error) => new(
        $"Not enough memory to train on the feature column {columns}. {Reason(error)}", error);

    private string Reason(OutOfMemoryException error) => error is InsufficientMemoryException
        ? error.Message
        : $"{Subject} take {MemoryNeed.Text(WeightBytes)}, {Copies} times or more, beside the examples and a batch. {Remedy}";
}
