using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="LSTM"/>
internal readonly unsafe struct LstmCell<T, TV, S> : IRecurrentCell<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public static int Gates => 4;

    public static bool HasMemory => true;

    public static bool AddsUp => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(CellCall<T>* call)
    {
        CellCall<T> c = *call;
        TV present = c.Mask == null ? default : S.GreaterThan(S.Load(c.Mask), S.Zero);
        for (nint at = 0, end = (nint)c.Units * S.Lanes; at < end; at += S.Lanes)
        {
            T* gates = c.Gates + at;
            TV input = GateFunctions<T, TV, S>.Sigmoid(S.Load(gates));
            TV forget = GateFunctions<T, TV, S>.Sigmoid(S.Load(gates + c.Gate));
            TV candidate = GateFunctions<T, TV, S>.Tanh(S.Load(gates + 2 * c.Gate));
            TV output = GateFunctions<T, TV, S>.Sigmoid(S.Load(gates + 3 * c.Gate));
            TV before = S.Load(c.PreviousCell + at);
            TV memory = S.MultiplyAdd(forget, before, S.Multiply(input, candidate));
            TV tanh = GateFunctions<T, TV, S>.Tanh(memory), state = S.Multiply(output, tanh);
            S.Store(gates, input);
            S.Store(gates + c.Gate, forget);
            S.Store(gates + 2 * c.Gate, candidate);
            S.Store(gates + 3 * c.Gate, output);
            S.Store(c.CellTanh + at, tanh);
            TV given = state;
            if (c.Mask != null)
            {
                memory = S.Select(present, memory, before);
                state = S.Select(present, state, S.Load(c.Previous + at));
                given = S.Select(present, state, S.Zero);
            }
            S.Store(c.NextCell + at, memory);
            S.Store(c.Next + at, state);
            if (c.Output != null)
                S.Store(c.Output + at, given);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(CellCall<T>* call)
    {
        CellCall<T> c = *call;
        TV present = c.Mask == null ? default : S.GreaterThan(S.Load(c.Mask), S.Zero);
        for (nint at = 0, end = (nint)c.Units * S.Lanes; at < end; at += S.Lanes)
        {
            T* gates = c.Gates + at;
            TV input = S.Load(gates), forget = S.Load(gates + c.Gate), candidate = S.Load(gates + 2 * c.Gate);
            TV output = S.Load(gates + 3 * c.Gate), tanh = S.Load(c.CellTanh + at);
            TV later = S.Load(c.StateGradient + at), laterMemory = S.Load(c.CellGradient + at), state = later;
            if (c.OutputGradient != null)
                state = S.Add(state, S.Load(c.OutputGradient + at));
            TV memory = S.MultiplyAdd(
                S.Multiply(state, output), GateFunctions<T, TV, S>.TanhSlope(tanh), laterMemory);
            TV byInput = S.Multiply(S.Multiply(memory, candidate), GateFunctions<T, TV, S>.SigmoidSlope(input));
            TV byForget = S.Multiply(
                S.Multiply(memory, S.Load(c.PreviousCell + at)), GateFunctions<T, TV, S>.SigmoidSlope(forget));
            TV byCandidate = S.Multiply(S.Multiply(memory, input), GateFunctions<T, TV, S>.TanhSlope(candidate));
            TV byOutput = S.Multiply(S.Multiply(state, tanh), GateFunctions<T, TV, S>.SigmoidSlope(output));
            TV earlier = S.Zero, earlierMemory = S.Multiply(memory, forget);
            if (c.Mask != null)
            {
                byInput = S.Select(present, byInput, S.Zero);
                byForget = S.Select(present, byForget, S.Zero);
                byCandidate = S.Select(present, byCandidate, S.Zero);
                byOutput = S.Select(present, byOutput, S.Zero);
                earlier = S.Select(present, earlier, later);
                earlierMemory = S.Select(present, earlierMemory, laterMemory);
            }
            S.Store(gates, byInput);
            S.Store(gates + c.Gate, byForget);
            S.Store(gates + 2 * c.Gate, byCandidate);
            S.Store(gates + 3 * c.Gate, byOutput);
            S.Store(c.StateGradient + at, earlier);
            S.Store(c.CellGradient + at, earlierMemory);
        }
    }
}
