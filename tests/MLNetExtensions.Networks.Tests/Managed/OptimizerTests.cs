using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>The vectorised updates against the pseudo-code in PyTorch's documentation, one number at a time.</summary>
public class OptimizerTests
{
    private const int Length = 61;

    public static TheoryData<Optimizer> Optimizers =>
    [
        new Sgd(), new Sgd(WeightDecay: 0.1), new Sgd(Momentum: 0.9), new Sgd(Momentum: 0.9, WeightDecay: 0.2, Dampening: 0.4),
        new Sgd(Momentum: 0.7, Nesterov: true), new Adam(), new Adam(Beta1: 0.5, Beta2: 0.9, Epsilon: 0.01, WeightDecay: 0.2), new AdamW(),
        new AdamW(WeightDecay: 0.5), new RmsProp(), new RmsProp(Alpha: 0.8, WeightDecay: 0.1, Momentum: 0.6), new RmsProp(Centered: true),
        new RmsProp(Momentum: 0.9, Centered: true),
    ];

    [Theory, MemberData(nameof(Optimizers))]
    public unsafe void FollowsTheDocumentedRule(Optimizer optimizer)
    {
        foreach (SimdLevel level in SimdLevels.Supported)
        {
            using WorkerPool pool = new(1);
            int padded = (int)MemoryPlan<double>.Align(Length);
            using OptimizerUpdate<double> update = OptimizerUpdate<double>.Create(optimizer, [new(0, padded, Decays: true)], level, new(pool));
            using NativeBuffer<double> parameters = new(padded), gradients = new(padded);
            double[] expected = new double[Length];
            Rule[] rules = [.. Enumerable.Range(0, Length).Select(_ => new Rule())];
            for (int i = 0; i < Length; i++)
                expected[i] = parameters.Pointer[i] = Math.Sin(i);
            for (int step = 1; step <= 20; step++)
            {
                double learningRate = 0.1 / step;
                for (int i = 0; i < Length; i++)
                {
                    gradients.Pointer[i] = Math.Cos(i * step) + 0.3 * parameters.Pointer[i];
                    expected[i] = rules[i].Step(optimizer, expected[i], Math.Cos(i * step) + 0.3 * expected[i], step, learningRate);
                }
                update.Apply(parameters.Pointer, gradients.Pointer, step, learningRate);
            }
            for (int i = 0; i < Length; i++)
                Assert.Equal(expected[i], parameters.Pointer[i], 1e-9);
            Assert.All(parameters.Span[Length..].ToArray(), padding => Assert.Equal(0, padding));
        }
    }

    [Fact]
    public void AnUnknownOptimizerIsNamed()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), b => b.Linear(1));
        NotSupportedException exception = Assert.Throws<NotSupportedException>(
            () => SessionFactory.Train<float>(network, SessionFactory.Weights(network), SessionFactory.Options(1, optimizer: new Foreign())));
        Assert.Contains("Foreign", exception.Message);
    }

    private sealed record Foreign() : Optimizer(0)
    {
        public override double DefaultLearningRate => 1;
    }

    private sealed class Rule
    {
        private double _first, _second, _velocity;

        public double Step(Optimizer optimizer, double parameter, double gradient, int step, double rate)
        {
            if (optimizer is not AdamW)
                gradient += optimizer.WeightDecay * parameter;
            switch (optimizer)
            {
                case Sgd { Momentum: 0 }:
                    return parameter - rate * gradient;
                case Sgd sgd:
                    _velocity = step == 1 ? gradient : sgd.Momentum * _velocity + (1 - sgd.Dampening) * gradient;
                    return parameter - rate * (sgd.Nesterov ? gradient + sgd.Momentum * _velocity : _velocity);
                case Adam adam:
                    return AdamStep(parameter, gradient, step, rate, adam.Beta1, adam.Beta2, adam.Epsilon);
                case AdamW adam:
                    return AdamStep(parameter - rate * adam.WeightDecay * parameter, gradient, step, rate, adam.Beta1, adam.Beta2, adam.Epsilon);
                case RmsProp rmsProp:
                    _second = rmsProp.Alpha * _second + (1 - rmsProp.Alpha) * gradient * gradient;
                    _first = rmsProp.Alpha * _first + (1 - rmsProp.Alpha) * gradient;
                    double direction = gradient / (Math.Sqrt(rmsProp.Centered ? _second - _first * _first : _second) + rmsProp.Epsilon);
                    _velocity = rmsProp.Momentum * _velocity + direction;
                    return parameter - rate * _velocity;
                default:
                    throw new ArgumentException($"No rule for {optimizer}.");
            }
        }

        private double AdamStep(double parameter, double gradient, int step, double rate, double beta1, double beta2, double epsilon)
        {
            _first = beta1 * _first + (1 - beta1) * gradient;
            _second = beta2 * _second + (1 - beta2) * gradient * gradient;
            double mean = _first / (1 - Math.Pow(beta1, step)), square = _second / (1 - Math.Pow(beta2, step));
            return parameter - rate * mean / (Math.Sqrt(square) + epsilon);
        }
    }
}
