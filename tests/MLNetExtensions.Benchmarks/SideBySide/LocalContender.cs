using System.Diagnostics;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>A contender that runs step by step.</summary>
internal abstract class LocalContender : IContender
{
    public abstract string Name { get; }

    /// <summary>The work of one step.</summary>
    protected virtual double WorkPerStep => 1;

    public double Measure(double seconds)
    {
        // The clock is read after portions that grow, as in worker.py, so that reading it takes no time.
        long steps = 0, portion = 1, start = Stopwatch.GetTimestamp();
        while (true)
        {
            for (long i = 0; i < portion; i++)
                Step();
            steps += portion;
            double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (elapsed >= seconds)
                return steps * WorkPerStep / elapsed;
            if (elapsed < seconds / 64)
                portion *= 2;
        }
    }

    public abstract void Dispose();

    protected abstract void Step();
}
