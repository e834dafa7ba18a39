namespace MLNetExtensions.Networks.Managed;

/// <summary>Work whose items are done one by one, each large enough to be worth a call.</summary>
internal sealed class ItemWork(Action<int> run) : IParallelWork
{
    public void Run(int begin, int end, int worker)
    {
        for (int item = begin; item < end; item++)
            run(item);
    }
}
