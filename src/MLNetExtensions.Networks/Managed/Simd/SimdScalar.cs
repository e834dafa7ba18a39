using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>The portable path: a "register" is one element. A mask is any value other than zero.</summary>
internal readonly unsafe struct SimdScalar<T> : ISimd<T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static int Lanes => 1;

    public static int TileColumns => 2;

    public static T Zero => T.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load(T* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* target, T value) => *target = value;

    public static T Broadcast(T value) => value;
    public static T Add(T a, T b) => a + b;
    public static T Subtract(T a, T b) => a - b;
    public static T Multiply(T a, T b) => a * b;
    public static T Divide(T a, T b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd(T a, T b, T c) => T.MultiplyAddEstimate(a, b, c);

    public static T Max(T a, T b) => a > b ? a : b;
    public static T Min(T a, T b) => a < b ? a : b;
    public static T Negate(T a) => -a;
    public static T Abs(T a) => T.Abs(a);
    public static T Sqrt(T a) => T.Sqrt(a);
    public static T Exp(T a) => T.Exp(a);
    public static T Log(T a) => T.Log(a);
    public static T GreaterThan(T a, T b) => a > b ? T.One : T.Zero;
    public static T AreEqual(T a, T b) => a == b ? T.One : T.Zero;
    public static T Select(T mask, T whenSet, T whenClear) => mask == T.Zero ? whenClear : whenSet;
    public static uint NonZeroLanes(T a) => a == T.Zero ? 0u : 1;
    public static T ZipLow(T a, T b) => a;
    public static T ZipHigh(T a, T b) => b;
    public static T Sum(T a) => a;
}
