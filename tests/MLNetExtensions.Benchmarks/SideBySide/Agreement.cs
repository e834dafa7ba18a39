using System.Numerics.Tensors;
using MLNetExtensions.Networks;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>Checks that both sides of a comparison compute the same, to the last gradient.</summary>
internal static class Agreement
{
    /// <summary>The largest distance, as a share of how far the tensor moved from where it started (outputs start at
    /// zero).</summary>
    private const double Tolerance = 0.01;

    /// <summary>What storing the numbers in Single alone may put between them, as a share of their length.</summary>
    private const double Rounding = 2e-7;

    /// <exception cref="InvalidOperationException">A tensor differs; the message names it.</exception>
    public static void Check(string workload, NetworkWeights initial, NetworkWeights ours, NetworkWeights theirs)
    {
        foreach ((string name, WeightTensor tensor) in ours)
        {
            float[] start = initial.TryGet(name, out WeightTensor? weight) ? weight.Values : new float[tensor.Values.Length];
            double moved = TensorPrimitives.Distance<float>(tensor.Values, start);
            double apart = TensorPrimitives.Distance<float>(tensor.Values, theirs[name].Values);
            if (!(apart <= Tolerance * moved + Rounding * TensorPrimitives.Norm<float>(tensor.Values)))
                throw new InvalidOperationException(
                    $"The two sides of {workload} compute different things: '{name}' moved by {moved:G3} here and ends " +
                    $"{apart:G3} from theirs.");
        }
    }
}
