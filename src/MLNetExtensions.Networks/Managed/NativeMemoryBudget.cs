using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Collects garbage when large native buffers have doubled. The garbage collector sees a few bytes of each, and what
/// <see cref="GC.AddMemoryPressure"/> tells it has it collect in the background, while several forgotten models more are loaded.
/// </summary>
internal static class NativeMemoryBudget
{
    /// <summary>The smallest buffer that counts.</summary>
    public const long LargeBytes = 1 << 20;

    private const long SmallestLimit = 128 << 20;

    private static long _used, _limit = SmallestLimit;

    /// <summary>The bytes of the large buffers that are there.</summary>
    public static long Used => Volatile.Read(ref _used);

    /// <summary>Makes room for a large buffer.</summary>
    /// <exception cref="InsufficientMemoryException">It is larger than all memory. Systems that lend more than they have would
    /// end the process when it is written to.</exception>
    public static void Take(long bytes)
    {
        MemoryNeed.Require("Weights, or what layers make of a batch,", bytes, "Choose a smaller batch, or a smaller network.");
        if (Interlocked.Add(ref _used, bytes) <= Volatile.Read(ref _limit))
            return;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // Arrays that a forgotten network had pinned are free only now.
        GC.Collect();
        SetLimit(Used);
    }

    /// <summary>Takes note that a large buffer is gone.</summary>
    public static void Return(long bytes) => SetLimit(Interlocked.Add(ref _used, -bytes));

    private static void SetLimit(long used) => Volatile.Write(ref _limit, Math.Max(SmallestLimit, 2 * used));
}
