using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>What an epoch reports is the weighted mean over its examples, however they fall into batches.</summary>
public sealed class WeightedMeanTests
{
    private const int Count = 23;

    private static readonly float[] Features = [.. Enumerable.Range(0, Count * 2).Select(i => MathF.Sin(i))];
    private static readonly float[] Weights = [.. Enumerable.Range(0, Count).Select(i => i % 4 * 0.5f)];

    private static readonly NetworkDefinition Classes = NetworkDefinition.Build(new(2), layers => layers.Linear(3));

    private static readonly float[] Labels = [.. Enumerable.Range(0, Count).Select(i => (float)(i % 3))];

    public static TheoryData<Loss> Losses => [new CrossEntropyLoss(), new CrossEntropyLoss([0.2f, 3, 0.5f]), new CrossEntropyLoss([0.1f, 3, 0.5f], 0.1)];

    [Theory]
    [MemberData(nameof(Losses))]
    public void Loss_and_metric_do_not_depend_on_the_batch_size(Loss loss)
    {
        foreach (bool weighted in new[] { false, true })
        {
            EpochRecord whole = Epoch(loss, Count, weighted);
            foreach (int batchSize in new[] { 1, 4, 10 })
            {
                EpochRecord parts = Epoch(loss, batchSize, weighted);
                Assert.Equal(whole.Loss, parts.Loss, 1e-6);
                Assert.Equal(whole.ValidationLoss!.Value, parts.ValidationLoss!.Value, 1e-6);
                Assert.Equal(whole.ValidationMetric!.Value, parts.ValidationMetric!.Value, 1e-6);
            }
            // At learning rate 0 training and validation see the same network and the same examples.
            Assert.Equal(whole.ValidationLoss!.Value, whole.Loss, 1e-6);
        }
    }

    /// <summary>A user's loss may weigh its examples as it likes.</summary>
    [Fact]
    public void The_weights_are_those_that_the_loss_divides_by()
    {
        EpochRecord whole = Epoch(new OwnLoss(), Count, weighted: true);
        foreach (int batchSize in new[] { 1, 4, 10 })
            Assert.Equal(whole.Loss, Epoch(new OwnLoss(), batchSize, weighted: true).Loss, 1e-6);
        Assert.Equal(whole.ValidationLoss!.Value, whole.Loss, 1e-6);
        // It compares several outputs with one class index, so accuracy is what can be told beside it.
        Assert.Equal(Epoch(new CrossEntropyLoss(), Count, weighted: true).ValidationMetric, whole.ValidationMetric);
    }

    [Fact]
    public void A_validation_set_without_weight_in_the_loss_has_no_loss_and_is_no_divergence()
    {
        TrainingOptions options = Options(new CrossEntropyLoss([0, 1, 1]), 8) with { EarlyStopping = new(Monitor: MonitoredQuantity.ValidationMetric) };
        TrainingData validation = new InMemoryTrainingData<float>(new(2), [1, 2, 3, 4], [0, 0]);
        TrainingResult result = NetworkTrainer.Fit(Classes, new ManagedEngine(1), Data(weighted: false), validation, options);
        Assert.Null(result.History[0].ValidationLoss);
        Assert.InRange(result.History[0].ValidationMetric!.Value, 0, 1);
    }

    [Fact]
    public void Early_stopping_by_a_validation_loss_that_there_is_not_is_refused()
    {
        TrainingData validation = new InMemoryTrainingData<float>(new(2), [1, 2, 3, 4], [0, 0]);
        TrainingOptions options = Options(new CrossEntropyLoss([0, 1, 1]), 8) with { EarlyStopping = new() };
        string message = Assert.Throws<ArgumentException>(() =>
            NetworkTrainer.Fit(Classes, new ManagedEngine(1), Data(weighted: false), validation, options)).Message;
        Assert.Contains("Early stopping watches the validation loss, but CrossEntropyLoss", message);
        Assert.Contains("Let it watch ValidationMetric or TrainingLoss.", message);
    }

    /// <summary>The one example that counts comes in some epochs only: the others are no divergence, and never the best.</summary>
    [Fact]
    public void An_epoch_without_weight_has_no_loss()
    {
        TrainingData data = new InMemoryTrainingData<float>(new(2), [1, 2, 3, 4, 5, 6], [0, 1, 0]);
        using TempFolder folder = new();
        TrainingResult result = NetworkTrainer.Fit(
            Classes, new ManagedEngine(1), data, null, Options(new CrossEntropyLoss([0, 1, 1]), 2) with
            {
                Epochs = 20, DropLast = true, EarlyStopping = new(20), Checkpoints = new(folder.Path),
            });
        EpochRecord[] empty = [.. result.History.Where(epoch => double.IsNaN(epoch.Loss))];
        Assert.InRange(empty.Length, 1, 19);
        Assert.DoesNotContain(result.BestEpoch, empty.Select(epoch => epoch.Epoch));
        Assert.Equal(result.History, TrainingHistory.FromJson(result.History.ToJson()));
        Assert.Equal(result.History, TrainingCheckpoint.Load(folder.File(TrainingCheckpoint.FileName)).History);
    }

    [Fact]
    public void A_training_set_without_weight_in_the_loss_is_refused()
    {
        TrainingData data = new InMemoryTrainingData<float>(new(2), [1, 2, 3, 4], [0, 0]);
        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            NetworkTrainer.Fit(Classes, new ManagedEngine(1), data, null, Options(new CrossEntropyLoss([0, 1, 1]), 2)));
        Assert.Contains("No training example has a weight in the loss: CrossEntropyLoss { ClassWeights = [0, 1, 1]", e.Message);
        // The classes that count have no weight as examples.
        TrainingData crossed = new InMemoryTrainingData<float>(new(2), [1, 2, 3, 4], [0, 1], [1, 0]);
        Assert.Contains("No training example has a weight in the loss", Assert.Throws<ArgumentException>(() =>
            NetworkTrainer.Fit(Classes, new ManagedEngine(1), crossed, null, Options(new CrossEntropyLoss([0, 1, 1]), 2))).Message);
    }

    [Theory]
    [InlineData(typeof(MeanSquaredErrorLoss))]
    [InlineData(typeof(L1Loss))]
    [InlineData(typeof(HuberLoss))]
    public void Losses_and_metrics_of_numbers_are_in_the_unit_of_what_was_divided(Type lossType)
    {
        const float unit = 40;
        NetworkDefinition network = NetworkDefinition.Build(new(2), layers => layers.Linear(1));
        float[] targets = [.. Enumerable.Range(0, Count).Select(i => 100 * MathF.Cos(i))];
        Loss own = lossType == typeof(HuberLoss) ? new HuberLoss(unit) : (Loss)Activator.CreateInstance(lossType)!;
        Loss divided = lossType == typeof(HuberLoss) ? new HuberLoss(1) : own;
        // A network of zeros predicts 0 in either unit.
        NetworkWeights zeros = new(network.Parameters.Select(spec => KeyValuePair.Create(spec.Name, new WeightTensor(spec.Shape, new float[spec.Shape.Size]))));
        EpochRecord expected = Run(own, targets, 1), actual = Run(divided, [.. targets.Select(target => target / unit)], unit);
        Assert.Equal(expected.Loss, actual.Loss, expected.Loss * 1e-6);
        Assert.Equal(expected.ValidationLoss!.Value, actual.ValidationLoss!.Value, expected.Loss * 1e-6);
        Assert.Equal(expected.ValidationMetric!.Value, actual.ValidationMetric!.Value, expected.ValidationMetric!.Value * 1e-6);

        EpochRecord Run(Loss loss, float[] targets, double unit)
        {
            TrainingData data = new InMemoryTrainingData<float>(new(2), Features, targets);
            return NetworkTrainer.Fit(network, new ManagedEngine(1), data, data, Options(loss, 5) with { TargetUnit = unit }, zeros).History[0];
        }
    }

    /// <summary>The squared logit of the label, examples weighed by label + 1.</summary>
    private sealed record OwnLoss : Loss
    {
        public override int TargetSize(RowLayout outputs) => 1;

        public override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
        {
            (double sum, double total) = (0, 0);
            for (int row = 0; row < batch.Count; row++)
            {
                int label = (int)batch.Targets(row)[0];
                double logit = double.CreateTruncating(batch.Outputs(row)[label]), weight = batch.Weight(row) * (label + 1);
                (sum, total) = (sum + weight * logit * logit, total + weight);
                Span<T> gradient = batch.Gradient(row);
                gradient.Clear();
                if (batch.NeedsGradient)
                    gradient[label] = T.CreateTruncating(2 * weight * logit);
            }
            return (sum, total);
        }
    }

    private static EpochRecord Epoch(Loss loss, int batchSize, bool weighted) => NetworkTrainer.Fit(
        Classes, new ManagedEngine(1), Data(weighted), Data(weighted), Options(loss, batchSize)).History[0];

    private static InMemoryTrainingData<float> Data(bool weighted) => new(new(2), Features, Labels, weighted ? Weights : null);

    private static TrainingOptions Options(Loss loss, int batchSize) =>
        new() { Loss = loss, BatchSize = batchSize, Epochs = 1, LearningRate = 1e-12, Optimizer = new Sgd() };
}
