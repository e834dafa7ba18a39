using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

public class EngineContractTests
{
    private static readonly ManagedEngine Engine = new(1);

    [Fact]
    public void PartsMakeAStep()
    {
        EngineContract.PartsMakeAStep(Engine, new CrossEntropyLoss());
        EngineContract.PartsMakeAStep(Engine, new FocalLoss());
    }

    [Fact]
    public void GradientsAddUp() => EngineContract.GradientsAddUp(Engine);

    [Fact]
    public void AccumulatedStepsAreALargeBatch() => EngineContract.AccumulatedStepsAreALargeBatch(Engine);

    [Fact]
    public void OutputsOfAStepAreKept() => EngineContract.OutputsOfAStepAreKept(Engine);

    [Fact]
    public void PassesDrawTheirOwnNumbers() => EngineContract.PassesDrawTheirOwnNumbers(Engine);

    [Fact]
    public void AttentionDropsItsShareInTrainingOnly() =>
        EngineContract.AttentionDropsItsShareInTrainingOnly(Engine);

    [Fact]
    public void RecurrentLayersDropTheirShareInTrainingOnly() =>
        EngineContract.RecurrentLayersDropTheirShareInTrainingOnly(Engine);

    [Fact]
    public void GaussianSamplesHaveTheirMeanAndVariance() => EngineContract.GaussianSamplesHaveTheirMeanAndVariance(Engine);

    [Fact]
    public void MistakesAreNamed() => EngineContract.MistakesAreNamed(Engine);

    [Fact]
    public void TwoNetworksTrainEachOther() => EngineContract.TwoNetworksTrainEachOther(Engine);

    [Fact]
    public void PartsAllocateNothing()
    {
        NetworkDefinition network = NetworkDefinition.Build(b =>
        {
            string row = b.Input("row", new(6)), other = b.Input("other", new(2));
            b.From(row).Linear(12).BatchNorm1d().Tanh().Dropout(0.3).Linear(3).Output("class");
            b.From(other).Linear(2).Output("number");
        });
        CompositeLoss loss = new(new OutputLoss("class", new CrossEntropyLoss()), new OutputLoss("number", new L1Loss(), 0.5));
        TrainingSessionOptions options = SessionFactory.Options(10, loss, new Adam()) with { InputGradients = true };
        using ITrainingSession session = SessionFactory.Train<float>(network, SessionFactory.Weights(network), options);
        float[] features = SessionFactory.Normal(1, 80), outputs = new float[50], inputGradients = new float[80], targets = new float[30];
        float[] gradients = new float[session.GradientLength];
        for (int i = 0; i < 50; i++)
            Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Step()
        {
            session.TrainStep(new(10, features, targets), 0.01);
            session.Forward(features, 10, outputs);
            session.Backward(outputs, inputGradients);
            session.ReadGradients(gradients);
            session.WriteGradients(gradients);
            session.Update(0.01);
        }
    }

    /// <summary>Also through graphs in which nothing or not everything is trained.</summary>
    [Theory, InlineData(0), InlineData(0.4), InlineData(1)]
    public void InputGradientsOfRandomGraphs(double frozenShare)
    {
        const double Step = 1.0 / 1024;
        for (int seed = 0; seed < 30; seed++)
        {
            NetworkDefinition network = RandomGraph.Make(seed);
            int count = 1 + seed % 5, inputs = network.InputLayout.Size;
            Random random = new(seed);
            TrainingSessionOptions options = SessionFactory.Options(count + 1) with
            {
                InputGradients = true,
                Frozen = network.Parameters.Where(_ => random.NextDouble() < frozenShare).Select(spec => spec.Name).ToHashSet(),
            };
            using ManagedTrainingSession<double> session = SessionFactory.Train<double>(network, SessionFactory.Weights(network), options);
            float[] features = SessionFactory.Normal(seed, count * inputs), targets = SessionFactory.Normal(9, count * network.OutputLayout.Size);
            float[] outputs = new float[targets.Length], slopes = new float[targets.Length], gradients = new float[features.Length];
            // A pass that leaves other numbers in memory.
            session.ComputeGradients(new(count, features, targets));

            session.Forward(features, count, outputs);
            (_, double weight) = options.Loss!.Accumulate(new OutputBatch<float>(network.OutputLayout, outputs, targets, [], slopes));
            session.Backward([.. slopes.Select(slope => (float)(slope / weight))], gradients);
            for (int i = 0; i < features.Length; i += 1 + features.Length / 40)
            {
                double numeric = (LossAt(i, Step) - LossAt(i, -Step)) / (2 * Step);
                Assert.True(
                    Math.Abs(numeric - gradients[i]) <= 2e-4 * Math.Max(1, Math.Abs(numeric)),
                    $"graph {seed}, input {i}: {gradients[i]:g9}, by differences {numeric:g9}");
            }

            double LossAt(int index, double shift)
            {
                float value = features[index];
                features[index] = (float)(value + shift);
                double loss = session.ComputeGradients(new(count, features, targets));
                features[index] = value;
                return loss;
            }
        }
    }

    [Fact]
    public void ALossOfOnesOwnHasItsGradient()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(4), b => b.Linear(6).Tanh().Linear(3));
        TrainingSessionOptions options = SessionFactory.Options(8, new FocalLoss());
        using ManagedTrainingSession<double> session = SessionFactory.Train<double>(network, SessionFactory.Weights(network), options);
        float[] features = SessionFactory.Normal(1, 32), labels = [0, 1, 2, 0, 1, 2, 0, 1];
        session.ComputeGradients(new(8, features, labels));
        double[] gradient = session.Gradient("2.bias").ToArray();
        for (int i = 0; i < 3; i++)
        {
            double numeric = (LossAt(i, 1e-5) - LossAt(i, -1e-5)) / 2e-5;
            Assert.Equal(numeric, gradient[i], 1e-8);
        }

        double LossAt(int index, double shift)
        {
            double value = session.Parameter("2.bias")[index];
            session.Parameter("2.bias")[index] = value + shift;
            double loss = session.ComputeGradients(new(8, features, labels));
            session.Parameter("2.bias")[index] = value;
            return loss;
        }
    }
}
