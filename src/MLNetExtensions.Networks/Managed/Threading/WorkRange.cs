using System.Runtime.InteropServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Items of one thread's share that no one has begun; any thread may take some.</summary>
/// <remarks>
/// The two ends are one number, changed by compare-and-swap. A thread that comes late to a range may meet the next work's: what
/// it takes is that work's then, which is all the same to it. Ranges lie 128 bytes apart, so that threads that take from their
/// own do not share a cache line (processors fetch them in pairs).
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct WorkRange
{
    [FieldOffset(0)]
    private long _ends;

    public void Set(int begin, int end) => Volatile.Write(ref _ends, Pack(begin, end));

    /// <summary>Takes the first half of what is left, for the thread whose share it is.</summary>
    public bool TryTakeFirst(out int begin, out int end)
    {
        while (true)
        {
            long seen = Volatile.Read(ref _ends);
            (begin, int last) = Unpack(seen);
            end = begin + (last - begin + 1) / 2;
            if (begin == last || Interlocked.CompareExchange(ref _ends, Pack(end, last), seen) == seen)
                return begin != last;
        }
    }

    /// <summary>Takes the last half of what is left, for a thread that has done its own share.</summary>
    public bool TryTakeLast(out int begin, out int end)
    {
        while (true)
        {
            long seen = Volatile.Read(ref _ends);
            (int first, end) = Unpack(seen);
            begin = end - (end - first + 1) / 2;
            if (first == end || Interlocked.CompareExchange(ref _ends, Pack(first, begin), seen) == seen)
                return first != end;
        }
    }

    private static long Pack(int begin, int end) => ((long)begin << 32) | (uint)end;

    private static (int Begin, int End) Unpack(long ends) => ((int)(ends >> 32), (int)ends);
}
