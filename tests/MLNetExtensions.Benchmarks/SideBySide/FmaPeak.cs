using System.Numerics;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>The most floating-point operations a second that one thread can do: fused multiply-adds in registers, as many chains
/// as hide their latency.</summary>
internal abstract class FmaPeak : LocalContender
{
    public override string Name => "FMA peak";

    public static FmaPeak Create() => SimdLevels.Bind<float, Binder, FmaPeak>(SimdLevels.Best, default);

    public override void Dispose()
    {
    }

    private readonly struct Binder : ISimdBinder<float, FmaPeak>
    {
        public FmaPeak Bind<TV, S>()
            where TV : unmanaged
            where S : struct, ISimd<float, TV> => new Bound<TV, S>();
    }

    private sealed class Bound<TV, S> : FmaPeak
        where TV : unmanaged
        where S : struct, ISimd<float, TV>
    {
        private const int Iterations = 100_000, Chains = 12;

        private float _sum;

        protected override double WorkPerStep => 2.0 * Iterations * Chains * S.Lanes;

        protected override void Step() => _sum = Sum(0.5f, 0.25f);

        /// <summary>Each chain runs towards offset / (1 - factor), so no number overflows or becomes denormal.</summary>
        private static float Sum(float factor, float offset)
        {
            TV a = S.Broadcast(factor), b = S.Broadcast(offset);
            TV s0 = b, s1 = b, s2 = b, s3 = b, s4 = b, s5 = b, s6 = b, s7 = b, s8 = b, s9 = b, s10 = b, s11 = b;
            for (int i = 0; i < Iterations; i++)
            {
                s0 = S.MultiplyAdd(s0, a, b);
                s1 = S.MultiplyAdd(s1, a, b);
                s2 = S.MultiplyAdd(s2, a, b);
                s3 = S.MultiplyAdd(s3, a, b);
                s4 = S.MultiplyAdd(s4, a, b);
                s5 = S.MultiplyAdd(s5, a, b);
                s6 = S.MultiplyAdd(s6, a, b);
                s7 = S.MultiplyAdd(s7, a, b);
                s8 = S.MultiplyAdd(s8, a, b);
                s9 = S.MultiplyAdd(s9, a, b);
                s10 = S.MultiplyAdd(s10, a, b);
                s11 = S.MultiplyAdd(s11, a, b);
            }
            TV low = S.Add(S.Add(S.Add(s0, s1), S.Add(s2, s3)), S.Add(s4, s5));
            TV high = S.Add(S.Add(S.Add(s6, s7), S.Add(s8, s9)), S.Add(s10, s11));
            return S.Sum(S.Add(low, high));
        }
    }
}
