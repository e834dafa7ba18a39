using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>One call of the depthwise kernel: tiles side by side and below each other, each of neighbouring outputs of a row,
/// <c>C[j] = bias + Σ over taps of weight[t.A] · B[j·Step + t.B]</c>, clamped.</summary>
internal unsafe struct DepthwiseCall<T>
    where T : unmanaged
{
    public T* Source;
    public T* Target;
    public T* Weights;
    public T* Bias;
    public Tap* Taps;
    public int TapCount;

    /// <summary>Elements between the inputs of neighbouring outputs.</summary>
    public nint Step;

    /// <summary>Elements between neighbouring outputs.</summary>
    public nint TargetStep;

    /// <summary>Tiles side by side.</summary>
    public int Across;

    /// <summary>Rows of them, and the elements between rows that are read and written.</summary>
    public int Down;

    /// <inheritdoc cref="Down"/>
    public nint SourceRow, TargetRow;

    public T Floor;
    public T Ceiling;
}

/// <summary>How the weight of a tap becomes a vector.</summary>
internal unsafe interface IDepthwiseWeights<T, TV>
    where T : unmanaged
    where TV : unmanaged
{
    static abstract TV Load(T* weights, nint index);
}

/// <summary>Lanes are images: a number for all.</summary>
internal readonly unsafe struct BatchLaneWeights<T, TV, S> : IDepthwiseWeights<T, TV>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Load(T* weights, nint index) => S.Broadcast(weights[index]);
}

/// <summary>Lanes are channels: a number for each.</summary>
internal readonly unsafe struct ChannelLaneWeights<T, TV, S> : IDepthwiseWeights<T, TV>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Load(T* weights, nint index) => S.Load(weights + index * S.Lanes);
}

/// <summary>Up to 8 outputs of a depthwise convolution, held in registers while the taps go by: as many sums cover the latency of
/// the multiply-adds at two a cycle, and each weight is loaded once for all of them.</summary>
internal static unsafe class DepthwiseTile<T, TV, S, TWeights>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
    where TWeights : struct, IDepthwiseWeights<T, TV>
{
    /// <summary>Most outputs of a tile.</summary>
    public const int Most = 8;

    private static readonly nint[] Kernels =
    [
        Kernel<Constant1>(), Kernel<Constant2>(), Kernel<Constant3>(), Kernel<Constant4>(),
        Kernel<Constant5>(), Kernel<Constant6>(), Kernel<Constant7>(), Kernel<Constant8>(),
    ];

    private static readonly nint[] KernelsOfThree =
    [
        KernelOfThree<Constant1>(), KernelOfThree<Constant2>(), KernelOfThree<Constant3>(), KernelOfThree<Constant4>(),
        KernelOfThree<Constant5>(), KernelOfThree<Constant6>(), KernelOfThree<Constant7>(), KernelOfThree<Constant8>(),
    ];

    /// <summary>The kernel of so many outputs.</summary>
    /// <param name="count">Outputs.</param>
    /// <param name="takesThrees">Whether three taps after each other always read neighbours, as far apart as the inputs of
    /// neighbouring outputs.</param>
    public static delegate*<DepthwiseCall<T>*, void> Get(int count, bool takesThrees) =>
        (delegate*<DepthwiseCall<T>*, void>)(takesThrees ? KernelsOfThree : Kernels)[count - 1];

    private static nint KernelOfThree<TCount>()
        where TCount : struct, IConstant => (nint)(delegate*<DepthwiseCall<T>*, void>)&RunThree<TCount>;

    private static nint Kernel<TCount>()
        where TCount : struct, IConstant => (nint)(delegate*<DepthwiseCall<T>*, void>)&Run<TCount>;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Run<TCount>(DepthwiseCall<T>* call)
        where TCount : struct, IConstant
    {
        TV bias = TWeights.Load(call->Bias, 0), floor = S.Broadcast(call->Floor), ceiling = S.Broadcast(call->Ceiling);
        T* weights = call->Weights;
        nint step = call->Step, step2 = 2 * step, step3 = 3 * step, step4 = 4 * step;
        nint next = call->TargetStep, across = TCount.Value * step, targetAcross = TCount.Value * next;
        for (int row = 0; row < call->Down; row++)
        {
            T* source = call->Source + row * call->SourceRow, target = call->Target + row * call->TargetRow;
            for (int tile = call->Across; tile > 0; tile--, source += across, target += targetAcross)
            {
                TV c0 = bias, c1 = bias, c2 = bias, c3 = bias, c4 = bias, c5 = bias, c6 = bias, c7 = bias;
                for (Tap* tap = call->Taps, end = tap + call->TapCount; tap < end; tap++)
                {
                    TV weight = TWeights.Load(weights, tap->A);
                    T* at = source + tap->B, further = at + step4;
                    c0 = S.MultiplyAdd(weight, S.Load(at), c0);
                    if (TCount.Value > 1) c1 = S.MultiplyAdd(weight, S.Load(at + step), c1);
                    if (TCount.Value > 2) c2 = S.MultiplyAdd(weight, S.Load(at + step2), c2);
                    if (TCount.Value > 3) c3 = S.MultiplyAdd(weight, S.Load(at + step3), c3);
                    if (TCount.Value > 4) c4 = S.MultiplyAdd(weight, S.Load(further), c4);
                    if (TCount.Value > 5) c5 = S.MultiplyAdd(weight, S.Load(further + step), c5);
                    if (TCount.Value > 6) c6 = S.MultiplyAdd(weight, S.Load(further + step2), c6);
                    if (TCount.Value > 7) c7 = S.MultiplyAdd(weight, S.Load(further + step3), c7);
                }
                S.Store(target, S.Min(ceiling, S.Max(floor, c0)));
                if (TCount.Value > 1) S.Store(target + next, S.Min(ceiling, S.Max(floor, c1)));
                if (TCount.Value > 2) S.Store(target + 2 * next, S.Min(ceiling, S.Max(floor, c2)));
                if (TCount.Value > 3) S.Store(target + 3 * next, S.Min(ceiling, S.Max(floor, c3)));
                T* behind = target + 4 * next;
                if (TCount.Value > 4) S.Store(behind, S.Min(ceiling, S.Max(floor, c4)));
                if (TCount.Value > 5) S.Store(behind + next, S.Min(ceiling, S.Max(floor, c5)));
                if (TCount.Value > 6) S.Store(behind + 2 * next, S.Min(ceiling, S.Max(floor, c6)));
                if (TCount.Value > 7) S.Store(behind + 3 * next, S.Min(ceiling, S.Max(floor, c7)));
            }
        }
    }

    /// <summary>As <see cref="Run"/> for kernels three columns wide of stride 1, whose taps come by threes: each input is loaded
    /// once for the three outputs that it is part of, and loads no longer set the pace.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void RunThree<TCount>(DepthwiseCall<T>* call)
        where TCount : struct, IConstant
    {
        TV bias = TWeights.Load(call->Bias, 0), floor = S.Broadcast(call->Floor), ceiling = S.Broadcast(call->Ceiling);
        T* weights = call->Weights;
        nint step = call->Step, step2 = 2 * step, step3 = 3 * step, step4 = 4 * step, step5 = 5 * step;
        nint next = call->TargetStep, across = TCount.Value * step, targetAcross = TCount.Value * next;
        for (int row = 0; row < call->Down; row++)
        {
            T* source = call->Source + row * call->SourceRow, target = call->Target + row * call->TargetRow;
            for (int tile = call->Across; tile > 0; tile--, source += across, target += targetAcross)
            {
                TV c0 = bias, c1 = bias, c2 = bias, c3 = bias, c4 = bias, c5 = bias, c6 = bias, c7 = bias;
                for (Tap* tap = call->Taps, end = tap + call->TapCount; tap < end; tap += 3)
                {
                    TV w0 = TWeights.Load(weights, tap[0].A), w1 = TWeights.Load(weights, tap[1].A);
                    TV w2 = TWeights.Load(weights, tap[2].A), x;
                    T* at = source + tap->B, further = at + step4;
                    x = S.Load(at);
                    c0 = S.MultiplyAdd(w0, x, c0);
                    x = S.Load(at + step);
                    if (TCount.Value > 1) c1 = S.MultiplyAdd(w0, x, c1);
                    c0 = S.MultiplyAdd(w1, x, c0);
                    x = S.Load(at + step2);
                    if (TCount.Value > 2) c2 = S.MultiplyAdd(w0, x, c2);
                    if (TCount.Value > 1) c1 = S.MultiplyAdd(w1, x, c1);
                    c0 = S.MultiplyAdd(w2, x, c0);
                    if (TCount.Value > 1) x = S.Load(at + step3);
                    if (TCount.Value > 3) c3 = S.MultiplyAdd(w0, x, c3);
                    if (TCount.Value > 2) c2 = S.MultiplyAdd(w1, x, c2);
                    if (TCount.Value > 1) c1 = S.MultiplyAdd(w2, x, c1);
                    if (TCount.Value > 2) x = S.Load(further);
                    if (TCount.Value > 4) c4 = S.MultiplyAdd(w0, x, c4);
                    if (TCount.Value > 3) c3 = S.MultiplyAdd(w1, x, c3);
                    if (TCount.Value > 2) c2 = S.MultiplyAdd(w2, x, c2);
                    if (TCount.Value > 3) x = S.Load(further + step);
                    if (TCount.Value > 5) c5 = S.MultiplyAdd(w0, x, c5);
                    if (TCount.Value > 4) c4 = S.MultiplyAdd(w1, x, c4);
                    if (TCount.Value > 3) c3 = S.MultiplyAdd(w2, x, c3);
                    if (TCount.Value > 4) x = S.Load(further + step2);
                    if (TCount.Value > 6) c6 = S.MultiplyAdd(w0, x, c6);
                    if (TCount.Value > 5) c5 = S.MultiplyAdd(w1, x, c5);
                    if (TCount.Value > 4) c4 = S.MultiplyAdd(w2, x, c4);
                    if (TCount.Value > 5) x = S.Load(further + step3);
                    if (TCount.Value > 7) c7 = S.MultiplyAdd(w0, x, c7);
                    if (TCount.Value > 6) c6 = S.MultiplyAdd(w1, x, c6);
                    if (TCount.Value > 5) c5 = S.MultiplyAdd(w2, x, c5);
                    if (TCount.Value > 6) x = S.Load(further + step4);
                    if (TCount.Value > 7) c7 = S.MultiplyAdd(w1, x, c7);
                    if (TCount.Value > 6) c6 = S.MultiplyAdd(w2, x, c6);
                    if (TCount.Value > 7) x = S.Load(further + step5);
                    if (TCount.Value > 7) c7 = S.MultiplyAdd(w2, x, c7);
                }
                S.Store(target, S.Min(ceiling, S.Max(floor, c0)));
                if (TCount.Value > 1) S.Store(target + next, S.Min(ceiling, S.Max(floor, c1)));
                if (TCount.Value > 2) S.Store(target + 2 * next, S.Min(ceiling, S.Max(floor, c2)));
                if (TCount.Value > 3) S.Store(target + 3 * next, S.Min(ceiling, S.Max(floor, c3)));
                T* behind = target + 4 * next;
                if (TCount.Value > 4) S.Store(behind, S.Min(ceiling, S.Max(floor, c4)));
                if (TCount.Value > 5) S.Store(behind + next, S.Min(ceiling, S.Max(floor, c5)));
                if (TCount.Value > 6) S.Store(behind + 2 * next, S.Min(ceiling, S.Max(floor, c6)));
                if (TCount.Value > 7) S.Store(behind + 3 * next, S.Min(ceiling, S.Max(floor, c7)));
            }
        }
    }
}
