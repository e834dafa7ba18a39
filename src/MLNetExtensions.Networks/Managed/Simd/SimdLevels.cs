using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Which vector widths this processor has, and the one place where a width becomes a type argument.</summary>
internal static class SimdLevels
{
    /// <summary>Every level that runs here, narrowest first.</summary>
    public static IReadOnlyList<SimdLevel> Supported { get; } = [.. Enum.GetValues<SimdLevel>().Where(IsSupported)];

    /// <summary>The widest level that runs here.</summary>
    public static SimdLevel Best => Supported[^1];

    /// <summary>Elements in a register of <paramref name="level"/>.</summary>
    public static int Lanes<T>(SimdLevel level)
        where T : unmanaged, IFloatingPointIeee754<T> => level switch
        {
            SimdLevel.Vector512 => Vector512<T>.Count,
            SimdLevel.Vector256 => Vector256<T>.Count,
            SimdLevel.Vector128 => Vector128<T>.Count,
            _ => 1,
        };

    /// <summary>Calls <paramref name="binder"/> with the types of <paramref name="level"/>.</summary>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the level.</exception>
    public static TResult Bind<T, TBinder, TResult>(SimdLevel level, TBinder binder)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TBinder : ISimdBinder<T, TResult> => level switch
        {
            _ when !IsSupported(level) => throw new PlatformNotSupportedException(
                $"This processor has no {level} instructions; it has {string.Join(", ", Supported)}."),
            SimdLevel.Vector512 => binder.Bind<Vector512<T>, Simd512<T>>(),
            SimdLevel.Vector256 => binder.Bind<Vector256<T>, Simd256<T>>(),
            SimdLevel.Vector128 => binder.Bind<Vector128<T>, Simd128<T>>(),
            _ => binder.Bind<T, SimdScalar<T>>(),
        };

    private static bool IsSupported(SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported,
        SimdLevel.Vector256 => Vector256.IsHardwareAccelerated && Avx2.IsSupported,
        SimdLevel.Vector128 => Vector128.IsHardwareAccelerated && (Sse.IsSupported || AdvSimd.Arm64.IsSupported),
        _ => true,
    };
}
