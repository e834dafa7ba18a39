namespace MLNetExtensions.Networks.Managed;

/// <summary>Runs static methods over ranges of items on a pool, without allocating. One session has one; it is not
/// thread-safe.</summary>
internal sealed unsafe class VectorLoop(WorkerPool pool) : IParallelWork
{
    private delegate*<void*, int, int, int, void> _body;
    private void* _state;

    /// <summary>The number of workers that may run at once.</summary>
    public int Threads => pool.Threads;

    /// <summary>Calls <paramref name="body"/> on ranges that cover the items, each of which processes so many vectors, on one
    /// thread when they are few.</summary>
    /// <param name="items">The number of items.</param>
    /// <param name="vectorsPerItem">What an item costs, in vectors.</param>
    /// <param name="body">Takes the state, the first item, the one behind the last, and the number of the worker.</param>
    /// <param name="state">Passed to <paramref name="body"/>.</param>
    public void Run(long items, long vectorsPerItem, delegate*<void*, int, int, int, void> body, void* state)
    {
        int count = checked((int)items);
        if (items * vectorsPerItem < InlineWork.ElementwiseVectors)
        {
            body(state, 0, count, 0);
            return;
        }
        _body = body;
        _state = state;
        pool.Run(this, count);
    }

    void IParallelWork.Run(int begin, int end, int worker) => _body(_state, begin, end, worker);
}
