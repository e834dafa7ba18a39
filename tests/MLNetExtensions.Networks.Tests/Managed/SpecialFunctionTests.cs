using System.Numerics;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>Activation functions over the whole range of numbers, against references computed otherwise.</summary>
public class SpecialFunctionTests
{
    /// <summary>erf(x) from tables to 16 digits (Abramowitz and Stegun, 7.1; mpmath).</summary>
    private static readonly (double X, double Erf)[] ErfTable =
    [
        (0, 0), (1e-10, 1.1283791670955126e-10), (0.1, 0.1124629160182849), (0.4, 0.4283923550466685), (0.5, 0.5204998778130465),
        (1, 0.8427007929497149), (1.5, 0.9661051464753108), (2, 0.9953222650189527), (3, 0.9999779095030014), (4, 0.9999999845827421), (7, 1),
    ];

    [Fact]
    public void GeluFollowsTheErrorFunction()
    {
        double[] inputs = [.. ErfTable.SelectMany(row => new[] { row.X * Math.Sqrt(2), -row.X * Math.Sqrt(2) })];
        double[] expected = [.. ErfTable.SelectMany(row => new[]
        {
            row.X * Math.Sqrt(2) * 0.5 * (1 + row.Erf), -row.X * Math.Sqrt(2) * 0.5 * (1 - row.Erf),
        })];
        foreach (SimdLevel level in SimdLevels.Supported)
        {
            Assert.All(Apply<double>(new GELU(), inputs, level).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-15 * 10));
            Assert.All(Apply<float>(new GELU(), inputs, level).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        }
    }

    [Fact]
    public void TanhAndSigmoid()
    {
        double[] inputs = [.. Enumerable.Range(-400, 801).Select(i => Math.CopySign(Math.Pow(Math.Abs(i) / 40.0, 3), i)), 1e-12, -1e-12, 1e4, -1e4];
        foreach (SimdLevel level in SimdLevels.Supported)
        {
            AssertRelative(inputs.Select(Math.Tanh), Apply<double>(new Tanh(), inputs, level), 1e-14);
            AssertRelative(inputs.Select(x => Math.Tanh((float)x)), Apply<float>(new Tanh(), inputs, level), 5e-7);
            AssertRelative(inputs.Select(x => 1 / (1 + Math.Exp(-x))), Apply<double>(new Sigmoid(), inputs, level), 1e-14);
            AssertRelative(inputs.Select(x => 1 / (1 + Math.Exp(-(float)x))), Apply<float>(new Sigmoid(), inputs, level), 5e-7);
        }
    }

    [Fact]
    public void EluAndSoftplus()
    {
        double[] inputs = [.. Enumerable.Range(-400, 801).Select(i => Math.CopySign(Math.Pow(Math.Abs(i) / 90.0, 3), i)), 1e-12, -1e-12, 1e4, -1e4];
        foreach (SimdLevel level in SimdLevels.Supported)
        {
            AssertRelative(inputs.Select(Elu), Apply<double>(new ELU(), inputs, level), 1e-14);
            AssertRelative(inputs.Select(x => Elu((float)x)), Apply<float>(new ELU(), inputs, level), 5e-7);
            AssertRelative(inputs.Select(Softplus), Apply<double>(new Softplus(), inputs, level), 1e-14);
            AssertRelative(inputs.Select(x => Softplus((float)x)), Apply<float>(new Softplus(), inputs, level), 5e-7);
        }

        // Series where the subtraction would cancel.
        double Elu(double x) => x > 0 ? x : x > -0.1
            ? x * Enumerable.Range(2, 12).Reverse().Aggregate(1.0, (sum, n) => 1 + x / n * sum)
            : Math.Exp(x) - 1;

        double Softplus(double x)
        {
            double e = Math.Exp(-Math.Abs(x));
            double logarithm = e < 0.1 ? -Enumerable.Range(1, 20).Sum(n => Math.Pow(-e, n) / n) : Math.Log(1 + e);
            return x > 20 ? x : Math.Max(0, x) + logarithm;
        }
    }

    [Fact]
    public void NotANumberStaysSo()
    {
        Layer[] layers =
        [
            new ReLU(), new LeakyReLU(), new GELU(), new SiLU(), new Tanh(), new Sigmoid(), new ReLU6(), new ELU(), new Softplus(), new Hardswish(),
        ];
        foreach (Layer layer in layers)
        {
            double[] results = Apply<float>(layer, [double.NaN, 1, 2], SimdLevels.Best);
            Assert.True(double.IsNaN(results[0]), layer.ToString());
            Assert.True(results[1] > 0.5 && results[2] > results[1]);
        }
    }

    private static void AssertRelative(IEnumerable<double> expected, double[] actual, double tolerance)
    {
        // Below the smallest normal float only the absolute error counts.
        foreach ((double e, double a) in expected.Zip(actual))
            Assert.True(Math.Abs(e - a) <= tolerance * Math.Abs(e) + 1e-37, $"{a:g17}, not {e:g17}");
    }

    private static unsafe double[] Apply<T>(Layer layer, double[] inputs, SimdLevel level)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        NetworkDefinition network = NetworkDefinition.Build(new(inputs.Length), b => b.Add(layer));
        using WorkerPool pool = new(1);
        ManagedRuntime<T> runtime = new(level, pool);
        using ParameterStore<T> store = new(new ParameterLayout(network, new HashSet<string>()));
        using LayerGraph<T> graph = GraphBuilder<T>.Score(network, runtime, store, 1);
        using Pass<T> pass = new(runtime.Kernels.Lanes);
        pass.SetCount(1);
        int lanes = runtime.Kernels.Lanes;
        for (int i = 0; i < inputs.Length; i++)
            graph.Inputs[0].Data[i * lanes] = T.CreateTruncating(inputs[i]);
        graph.Forward(pass);
        return [.. Enumerable.Range(0, inputs.Length).Select(i => double.CreateTruncating(graph.Outputs[0].Data[i * lanes]))];
    }
}
