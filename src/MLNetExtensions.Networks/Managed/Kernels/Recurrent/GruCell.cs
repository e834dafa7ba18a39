using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="GRU"/>
internal readonly unsafe struct GruCell<T, TV, S> : IRecurrentCell<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public static int Gates => 3;

    public static bool HasMemory => false;

    public static bool AddsUp => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(CellCall<T>* call)
    {
        CellCall<T> c = *call;
        TV one = S.Broadcast(T.One), present = c.Mask == null ? default : S.GreaterThan(S.Load(c.Mask), S.Zero);
        for (nint at = 0, end = (nint)c.Units * S.Lanes; at < end; at += S.Lanes)
        {
            T* gates = c.Gates + at, recurrent = c.Recurrent + at;
            TV reset = GateFunctions<T, TV, S>.Sigmoid(S.Add(S.Load(gates), S.Load(recurrent)));
            TV update = GateFunctions<T, TV, S>.Sigmoid(S.Add(S.Load(gates + c.Gate), S.Load(recurrent + c.Gate)));
            TV candidate = GateFunctions<T, TV, S>.Tanh(
                S.MultiplyAdd(reset, S.Load(recurrent + 2 * c.Gate), S.Load(gates + 2 * c.Gate)));
            TV before = S.Load(c.Previous + at);
            TV state = S.MultiplyAdd(update, before, S.Multiply(S.Subtract(one, update), candidate));
            S.Store(gates, reset);
            S.Store(gates + c.Gate, update);
            S.Store(gates + 2 * c.Gate, candidate);
            TV given = state;
            if (c.Mask != null)
            {
                state = S.Select(present, state, before);
                given = S.Select(present, state, S.Zero);
            }
            S.Store(c.Next + at, state);
            if (c.Output != null)
                S.Store(c.Output + at, given);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(CellCall<T>* call)
    {
        CellCall<T> c = *call;
        TV one = S.Broadcast(T.One), present = c.Mask == null ? default : S.GreaterThan(S.Load(c.Mask), S.Zero);
        for (nint at = 0, end = (nint)c.Units * S.Lanes; at < end; at += S.Lanes)
        {
            T* gates = c.Gates + at, recurrent = c.Recurrent + at;
            TV reset = S.Load(gates), update = S.Load(gates + c.Gate), candidate = S.Load(gates + 2 * c.Gate);
            TV later = S.Load(c.StateGradient + at), state = later;
            if (c.OutputGradient != null)
                state = S.Add(state, S.Load(c.OutputGradient + at));
            TV byCandidate = S.Multiply(
                S.Multiply(state, S.Subtract(one, update)), GateFunctions<T, TV, S>.TanhSlope(candidate));
            TV byUpdate = S.Multiply(
                S.Multiply(state, S.Subtract(S.Load(c.Previous + at), candidate)), GateFunctions<T, TV, S>.SigmoidSlope(update));
            TV byReset = S.Multiply(
                S.Multiply(byCandidate, S.Load(recurrent + 2 * c.Gate)), GateFunctions<T, TV, S>.SigmoidSlope(reset));
            TV byRecurrent = S.Multiply(byCandidate, reset), earlier = S.Multiply(state, update);
            if (c.Mask != null)
            {
                byReset = S.Select(present, byReset, S.Zero);
                byUpdate = S.Select(present, byUpdate, S.Zero);
                byCandidate = S.Select(present, byCandidate, S.Zero);
                byRecurrent = S.Select(present, byRecurrent, S.Zero);
                earlier = S.Select(present, earlier, later);
            }
            S.Store(gates, byReset);
            S.Store(gates + c.Gate, byUpdate);
            S.Store(gates + 2 * c.Gate, byCandidate);
            S.Store(recurrent, byReset);
            S.Store(recurrent + c.Gate, byUpdate);
            S.Store(recurrent + 2 * c.Gate, byRecurrent);
            S.Store(c.StateGradient + at, earlier);
        }
    }
}
