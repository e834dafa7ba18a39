using MLNetExtensions.Networks.Managed;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Kernels;

/// <summary>The functions of gates over the whole range of numbers, at every vector width.</summary>
public unsafe class GateFunctionTests
{
    [Fact]
    public void AreRightToThreeTenMillionths()
    {
        float[] inputs = [.. Enumerable.Range(-4000, 8001).Select(i => i / 300f), 1e-12f, -1e-12f, 1e30f, float.PositiveInfinity, float.NegativeInfinity];
        foreach (SimdLevel level in SimdLevels.Supported)
        {
            foreach (float input in inputs)
            {
                (float tanh, float sigmoid) = SimdLevels.Bind<float, Gates, (float, float)>(level, new(input));
                Assert.Equal(Math.Tanh(input), tanh, 3e-7);
                Assert.Equal(1 / (1 + Math.Exp(-input)), sigmoid, 3e-7);
                Assert.InRange(tanh, -1, 1);
                Assert.InRange(sigmoid, 0, 1);
            }
            (float tanhOfNaN, float sigmoidOfNaN) = SimdLevels.Bind<float, Gates, (float, float)>(level, new(float.NaN));
            Assert.True(float.IsNaN(tanhOfNaN) && float.IsNaN(sigmoidOfNaN));
        }
    }

    private readonly struct Gates(float input) : ISimdBinder<float, (float Tanh, float Sigmoid)>
    {
        public (float Tanh, float Sigmoid) Bind<TV, S>()
            where TV : unmanaged
            where S : struct, ISimd<float, TV>
        {
            float* values = stackalloc float[64];
            S.Store(values, GateFunctions<float, TV, S>.Tanh(S.Broadcast(input)));
            S.Store(values + 16, GateFunctions<float, TV, S>.Sigmoid(S.Broadcast(input)));
            return (values[0], values[16]);
        }
    }
}
