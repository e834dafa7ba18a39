using MLNetExtensions.Networks;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>A contender that goes round the batches of a workload, to a result that the other side must come to as
/// well.</summary>
internal abstract class WorkloadContender(int batches) : LocalContender
{
    /// <summary>As in worker.py.</summary>
    private const int StepsToCompare = 3;

    private int _next;

    protected int Batches => batches;

    /// <summary>Does the first steps and returns the weights that they lead to, or the outputs.</summary>
    public NetworkWeights FirstSteps()
    {
        for (int i = 0; i < StepsToCompare; i++)
            Step();
        return Result();
    }

    protected abstract NetworkWeights Result();

    protected abstract void Step(int batch);

    protected sealed override void Step()
    {
        Step(_next);
        _next = _next + 1 < batches ? _next + 1 : 0;
    }
}
