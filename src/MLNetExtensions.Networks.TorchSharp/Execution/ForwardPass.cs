using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>One run of a network: the weights it uses, and how.</summary>
/// <param name="Parameters">The weights.</param>
/// <param name="Count">The number of examples.</param>
/// <param name="Training">Whether dropout drops and batch normalisation takes the statistics of the batch.</param>
/// <param name="Random">The random numbers of dropout.</param>
internal sealed record ForwardPass(
    TensorParameters Parameters, int Count, bool Training = false, torch.Generator? Random = null) : IDisposable
{
    private readonly List<(Tensor Running, Tensor Next)> _statistics = [];

    /// <summary>Each value with its probability 0, and the others scaled up by as much.</summary>
    public Tensor Drop(Tensor values, double probability)
    {
        double kept = 1 - probability;
        // A variable, so that it lives to the end of the call: see UpdateRule.
        using Scalar scale = 1 / kept;
        return values.mul(values.empty_like().bernoulli_(kept, Random).mul_(scale));
    }

    /// <summary>Keeps new running statistics until <see cref="Commit"/>: a step that diverges must leave none.</summary>
    public void Update(Tensor running, Tensor next) => _statistics.Add((running, next.DetachFromDisposeScope()));

    /// <summary>Puts the new running statistics in force.</summary>
    public void Commit()
    {
        foreach ((Tensor running, Tensor next) in _statistics)
            running.copy_(next);
    }

    public void Dispose()
    {
        foreach ((_, Tensor next) in _statistics)
            next.Dispose();
        _statistics.Clear();
    }
}
