using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Tests;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>What every engine promises, on libtorch; and that both engines do the same with several inputs and outputs.</summary>
public class EngineContractTests
{
    /// <summary>With a loss of one's own; <see cref="TrainingParityTests.LossOnTheDevice"/> is for those on the device.</summary>
    [TorchFact]
    public void PartsMakeAStep() => EngineContract.PartsMakeAStep(TestDevice.Engine(), new FocalLoss());

    [TorchFact]
    public void GradientsAddUp() => EngineContract.GradientsAddUp(TestDevice.Engine());

    [TorchFact]
    public void AccumulatedStepsAreALargeBatch() => EngineContract.AccumulatedStepsAreALargeBatch(TestDevice.Engine());

    [TorchFact]
    public void OutputsOfAStepAreKept() => EngineContract.OutputsOfAStepAreKept(TestDevice.Engine());

    [TorchFact]
    public void PassesDrawTheirOwnNumbers() => EngineContract.PassesDrawTheirOwnNumbers(TestDevice.Engine());

    [TorchFact]
    public void AttentionDropsItsShareInTrainingOnly() =>
        EngineContract.AttentionDropsItsShareInTrainingOnly(TestDevice.Engine());

    [TorchFact]
    public void RecurrentLayersDropTheirShareInTrainingOnly() =>
        EngineContract.RecurrentLayersDropTheirShareInTrainingOnly(TestDevice.Engine());

    [TorchFact]
    public void GaussianSamplesHaveTheirMeanAndVariance() => EngineContract.GaussianSamplesHaveTheirMeanAndVariance(TestDevice.Engine());

    [TorchFact]
    public void MistakesAreNamed() => EngineContract.MistakesAreNamed(TestDevice.Engine());

    [TorchFact]
    public void TwoNetworksTrainEachOther() => EngineContract.TwoNetworksTrainEachOther(TestDevice.Engine());

    [TorchFact]
    public void AdversarialRunsAreReproducedAndResumed()
    {
        AdversarialContract.SeedsReproduce(TestDevice.Engine());
        AdversarialContract.ResumedRunsAreExact(TestDevice.Engine());
        AdversarialContract.NormsAreOne(TestDevice.Engine());
    }

    [TorchFact]
    public void AdversarialRunsAgree()
    {
        foreach ((AdversarialNetworks networks, AdversarialOptions options) in AdversarialContract.Pairs)
        {
            // The rule of Adam magnifies rounding where gradients are tiny; a plain one does not.
            AdversarialOptions plain = options with
            {
                Epochs = 2, LearningRate = 0.01, Optimizer = new Sgd(Momentum: 0.5), DiscriminatorOptimizer = null,
            };
            AdversarialResult managed = AdversarialTrainer.Fit(networks, new ManagedEngine(), AdversarialContract.Data, plain);
            AdversarialResult torch = AdversarialTrainer.Fit(networks, TestDevice.Engine(), AdversarialContract.Data, plain);
            Close(managed.Generator, torch.Generator);
            Close(managed.Discriminator, torch.Discriminator);
        }

        static void Close(NetworkModel expected, NetworkModel actual) => Assert.All(expected.Weights, pair => Assert.All(
            pair.Value.Values.Zip(actual.Weights[pair.Key].Values),
            values => Assert.Equal(values.First, values.Second, 1e-4f * (1 + Math.Abs(values.First)))));
    }

    [TorchFact]
    public void ALossOfOnesOwnGivesTheSameWeights() => Parity.Check(
        NetworkDefinition.Build(new(6), b => b.Linear(9).Tanh().Linear(4)),
        new(10, new FocalLoss(), new Sgd(Momentum: 0.9), Seed: 1), learningRate: 0.1, steps: 20, weighted: true);

    /// <summary>Several inputs and outputs, every output with a loss of its own or none.</summary>
    [TorchFact]
    public void RandomGraphs()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            NetworkDefinition network = RandomGraph.Make(seed);
            Random random = new(seed);
            CompositeLoss loss = new([.. network.Outputs.Where((_, i) => i == 0 || random.Next(4) > 0).Select(output =>
                new OutputLoss(output.Name, LossFor(random, network.ShapeOf(output.Node).Size), 0.25 + random.NextDouble()))]);
            HashSet<string> frozen = [.. network.Parameters.Where(_ => random.Next(6) == 0).Select(spec => spec.Name)];
            TrainingSessionOptions options =
                new(2 + seed % 7, loss, new Adam(), seed) { InputGradients = true, Frozen = frozen };
            using SessionPair sessions = SessionPair.OfDouble(network, options, 1e-3, Parity.Weights(network));
            sessions.CompareOutputs();
            sessions.CompareGradients();
            sessions.CompareInputGradients();
            for (int step = 1; step <= 5; step++)
                sessions.Step(isLast: step == 5);
            sessions.CompareWeights();
            sessions.CompareOutputs();
        }

        static Loss LossFor(Random random, long outputs) => random.Next(3) switch
        {
            0 when outputs > 1 => new CrossEntropyLoss(),
            1 => new BinaryCrossEntropyLoss(2),
            _ => new MeanSquaredErrorLoss(),
        };
    }
}
