using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MLNetExtensions.Networks.Managed;

internal static unsafe class Prefetch
{
    /// <summary>Has the line of <paramref name="address"/> fetched while other work goes on, where the processor offers
    /// that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
