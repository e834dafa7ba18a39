using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>One call of the depthwise kernel: neighbouring outputs of a row, <c>C[j] = bias + Σ over taps of weight[t.A] ·
/// B[j·Step + t.B]</c>, clamped.</summary>
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

    /// <summary>Computes so many outputs.</summary>
    public static void Run(DepthwiseCall<T>* call, int count)
    {
        if (count == Most)
        {
            RunEight(call);
            return;
        }
        if ((count & 4) != 0)
            RunFour(call);
        for (int i = count & 4; i < count; i++)
            RunOne(call, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunEight(DepthwiseCall<T>* call)
    {
        TV bias = TWeights.Load(call->Bias, 0);
        TV c0 = bias, c1 = bias, c2 = bias, c3 = bias, c4 = bias, c5 = bias, c6 = bias, c7 = bias;
        T* source = call->Source, weights = call->Weights;
        nint step = call->Step, step2 = 2 * step, step3 = 3 * step, step4 = 4 * step;
        for (Tap* tap = call->Taps, end = tap + call->TapCount; tap < end; tap++)
        {
            TV weight = TWeights.Load(weights, tap->A);
            T* at = source + tap->B, further = at + step4;
            c0 = S.MultiplyAdd(weight, S.Load(at), c0);
            c1 = S.MultiplyAdd(weight, S.Load(at + step), c1);
            c2 = S.MultiplyAdd(weight, S.Load(at + step2), c2);
            c3 = S.MultiplyAdd(weight, S.Load(at + step3), c3);
            c4 = S.MultiplyAdd(weight, S.Load(further), c4);
            c5 = S.MultiplyAdd(weight, S.Load(further + step), c5);
            c6 = S.MultiplyAdd(weight, S.Load(further + step2), c6);
            c7 = S.MultiplyAdd(weight, S.Load(further + step3), c7);
        }
        TV floor = S.Broadcast(call->Floor), ceiling = S.Broadcast(call->Ceiling);
        T* target = call->Target;
        nint targetStep = call->TargetStep;
        S.Store(target, S.Min(ceiling, S.Max(floor, c0)));
        S.Store(target + targetStep, S.Min(ceiling, S.Max(floor, c1)));
        S.Store(target + 2 * targetStep, S.Min(ceiling, S.Max(floor, c2)));
        S.Store(target + 3 * targetStep, S.Min(ceiling, S.Max(floor, c3)));
        target += 4 * targetStep;
        S.Store(target, S.Min(ceiling, S.Max(floor, c4)));
        S.Store(target + targetStep, S.Min(ceiling, S.Max(floor, c5)));
        S.Store(target + 2 * targetStep, S.Min(ceiling, S.Max(floor, c6)));
        S.Store(target + 3 * targetStep, S.Min(ceiling, S.Max(floor, c7)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunFour(DepthwiseCall<T>* call)
    {
        TV bias = TWeights.Load(call->Bias, 0), c0 = bias, c1 = bias, c2 = bias, c3 = bias;
        T* source = call->Source, weights = call->Weights;
        nint step = call->Step, step2 = 2 * step, step3 = 3 * step;
        for (Tap* tap = call->Taps, end = tap + call->TapCount; tap < end; tap++)
        {
            TV weight = TWeights.Load(weights, tap->A);
            T* at = source + tap->B;
            c0 = S.MultiplyAdd(weight, S.Load(at), c0);
            c1 = S.MultiplyAdd(weight, S.Load(at + step), c1);
            c2 = S.MultiplyAdd(weight, S.Load(at + step2), c2);
            c3 = S.MultiplyAdd(weight, S.Load(at + step3), c3);
        }
        TV floor = S.Broadcast(call->Floor), ceiling = S.Broadcast(call->Ceiling);
        T* target = call->Target;
        nint targetStep = call->TargetStep;
        S.Store(target, S.Min(ceiling, S.Max(floor, c0)));
        S.Store(target + targetStep, S.Min(ceiling, S.Max(floor, c1)));
        S.Store(target + 2 * targetStep, S.Min(ceiling, S.Max(floor, c2)));
        S.Store(target + 3 * targetStep, S.Min(ceiling, S.Max(floor, c3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunOne(DepthwiseCall<T>* call, int index)
    {
        TV sum = TWeights.Load(call->Bias, 0);
        T* source = call->Source + index * call->Step, weights = call->Weights;
        for (Tap* tap = call->Taps, end = tap + call->TapCount; tap < end; tap++)
            sum = S.MultiplyAdd(TWeights.Load(weights, tap->A), S.Load(source + tap->B), sum);
        TV clamped = S.Min(S.Broadcast(call->Ceiling), S.Max(S.Broadcast(call->Floor), sum));
        S.Store(call->Target + index * call->TargetStep, clamped);
    }
}
