using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

internal static unsafe class Aligned
{
    /// <summary>
    /// The first aligned vector of some on the stack (which has one more than needed): a vector that straddles two cache lines
    /// takes twice as long to load and to store.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV* To<TV>(TV* vectors)
        where TV : unmanaged => (TV*)(((nint)vectors + sizeof(TV) - 1) & -sizeof(TV));
}
