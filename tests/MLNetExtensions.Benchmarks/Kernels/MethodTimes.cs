using System.Diagnostics;
using System.Globalization;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>Times both methods on either side of each threshold, in turns on one thread, and prints what the second takes in
/// parts of what the first takes: below 1 from the threshold on.</summary>
/// <param name="rounds">Turns, of which each method's fastest counts.</param>
internal sealed class MethodTimes(int rounds) : ISimdBinder<float, int>
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);

    /// <summary>The compiler replaces what it made in a hurry after a tenth of a second.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(400);

    /// <summary>Prints the table.</summary>
    public void Print() => SimdLevels.Bind<float, MethodTimes, int>(SimdLevels.Best, this);

    int ISimdBinder<float, int>.Bind<TV, S>()
    {
        foreach (IGrouping<string, MethodCrossing> threshold in MethodCrossing.All.GroupBy(crossing => crossing.Threshold))
        {
            MethodCrossing any = threshold.First();
            Console.WriteLine($"{threshold.Key} ({any.Second} over {any.First?.ToString() ?? "the shape's"}; * chosen)");
            foreach (MethodCrossing crossing in threshold)
            {
                string mark = crossing.IsBeyond<TV, S>() ? "*" : " ";
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"  {crossing.Value,5}{mark} {Ratio(crossing):0.00}"));
            }
        }
        return 0;
    }

    private double Ratio(MethodCrossing crossing)
    {
        using MethodRun first = new(crossing, crossing.First), second = new(crossing, crossing.Second);
        (double fastestFirst, double fastestSecond) = (double.MaxValue, double.MaxValue);
        Time(first, WarmUp);
        Time(second, WarmUp);
        for (int round = 0; round < rounds; round++)
        {
            fastestFirst = Math.Min(fastestFirst, Time(first, Turn));
            fastestSecond = Math.Min(fastestSecond, Time(second, Turn));
        }
        return fastestSecond / fastestFirst;
    }

    /// <summary>The fastest run of a turn.</summary>
    private static double Time(MethodRun run, TimeSpan turn)
    {
        double fastest = double.MaxValue;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < turn;)
        {
            long one = Stopwatch.GetTimestamp();
            run.Run();
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(one).TotalSeconds);
        }
        return fastest;
    }
}
