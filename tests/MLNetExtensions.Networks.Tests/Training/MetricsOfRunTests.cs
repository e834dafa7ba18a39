using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>Metrics in a run: of both sets, by name, in history and early stopping.</summary>
public sealed class MetricsOfRunTests
{
    [Fact]
    public void Those_asked_for_are_measured_on_both_sets()
    {
        InMemoryTrainingData<float> data = Data(40, seed: 1), validation = Data(17, seed: 2);
        NetworkDefinition network = NetworkDefinition.Build(new(2), layers => layers.Linear(1));
        TrainingOptions options = new()
        {
            Loss = new BinaryCrossEntropyLoss(), Epochs = 2, BatchSize = 16,
            Metrics = [new F1Metric(), new BinaryAccuracyMetric(), new LogLossMetric(), new RocAucMetric()],
        };
        TrainingResult result = NetworkTrainer.Fit(network, ManagedEngine.Default, data, validation, options);
        string[] names = ["F1", "accuracy", "log loss", "ROC-AUC"];
        Assert.All(result.History, epoch => Assert.Equal(names, epoch.Metrics.Select(metric => metric.Key)));
        Assert.All(result.History, epoch => Assert.Equal(names, epoch.ValidationMetrics.Select(metric => metric.Key)));
        Assert.Equal("F1", result.History.MetricName);
        // The log loss is the loss here, of the same outputs.
        Assert.All(result.History, epoch => Assert.Equal(epoch.Loss, epoch.Metrics["log loss"]!.Value, 1e-9));
        Assert.All(result.History, epoch => Assert.Equal(epoch.ValidationLoss!.Value, epoch.ValidationMetrics["log loss"]!.Value, 1e-9));
        // Without being asked for, nothing of the training set is measured, and the weights are the same.
        TrainingResult plain = NetworkTrainer.Fit(network, ManagedEngine.Default, data, validation, options with { Metrics = [] });
        Assert.All(plain.History, epoch => Assert.Empty(epoch.Metrics));
        Assert.Equal(plain.Model.Weights["0.weight"].Values, result.Model.Weights["0.weight"].Values);
        Assert.Equal(plain.History[1].ValidationMetric, result.History[1].ValidationMetrics["accuracy"]);
    }

    [Fact]
    public void Early_stopping_watches_a_metric_by_its_name()
    {
        float[] outputs = [3, 2, 1, 2, 2, 2];
        TrainingOptions options = new()
        {
            Loss = new L1Loss(), Epochs = 6, BatchSize = 4, Metrics = [new MeanAbsoluteErrorMetric(), new RootMeanSquaredErrorMetric()],
            EarlyStopping = new(2, Monitor: MonitoredQuantity.Metric("root mean squared error")),
        };
        TrainingResult result = Fit(options, outputs);
        Assert.Equal((5, 3), (result.History.Count, result.BestEpoch));
        string message = Assert.Throws<ArgumentException>(() =>
            Fit(options with { EarlyStopping = new(Monitor: MonitoredQuantity.Metric("F1")) }, outputs)).Message;
        Assert.Contains("watches the metric 'F1', but measured are mean absolute error, root mean squared error", message);
        Assert.Contains("Metrics has 'F1' twice", Assert.Throws<ArgumentException>(() =>
            Fit(options with { Metrics = [new F1Metric(), new F1Metric()] }, outputs)).Message);
    }

    [Fact]
    public void A_metric_that_would_compare_other_things_is_refused()
    {
        NetworkDefinition one = NetworkDefinition.Build(new(2), layers => layers.Linear(1));
        NetworkDefinition two = NetworkDefinition.Build(new(2), layers => layers
            .Linear(1, name: "a").Output("a").Linear(2, name: "b").Output("b"));
        CompositeLoss loss = new(new("a", new BinaryCrossEntropyLoss()), new("b", new BinaryCrossEntropyLoss()));
        InMemoryTrainingData<float> plain = Data(20, seed: 1);
        TrainingData data = new InMemoryTrainingData<float>(new(2), new float[40], new float[60], targetSize: 3);
        Fails("AccuracyMetric compares several logits with the index of a class, but there are 1 outputs", one, plain, new BinaryCrossEntropyLoss(), new AccuracyMetric());
        Fails("F1Metric measures one output, but the network has a, b. Say which one: CompositeLoss.MetricOf", two, data, loss, new F1Metric());
        TrainingResult result = NetworkTrainer.Fit(two, ManagedEngine.Default, data, null, new()
        {
            Loss = loss, Epochs = 1, Metrics = [loss.MetricOf("b", new LogLossMetric()), loss.MetricOf("a", new F1Metric())],
        });
        Assert.Equal(["b log loss", "a F1"], result.History[0].Metrics.Select(metric => metric.Key));
        Assert.Contains("no part for an output 'c'", Assert.Throws<ArgumentException>(() => loss.MetricOf("c", new F1Metric())).Message);

        static void Fails(string message, NetworkDefinition network, TrainingData data, Loss loss, TrainingMetric metric) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => NetworkTrainer.Fit(
                network, ManagedEngine.Default, data, null, new() { Loss = loss, Metrics = [metric] })).Message);
    }

    [Fact]
    public void A_session_that_keeps_no_outputs_says_so()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), layers => layers.Linear(1));
        using ITrainingSession session = ManagedEngine.Default.CreateTrainingSession(
            network, NetworkWeights.Initialize(network, 1), new(4, new L1Loss(), new Sgd(), 0));
        Assert.Contains("KeepOutputs", Assert.Throws<InvalidOperationException>(() => session.ReadOutputs(new float[1])).Message);
    }

    private static TrainingResult Fit(TrainingOptions options, float[] outputs) => NetworkTrainer.Fit(
        TrainingSets.LinearNetwork(), new FakeEngine { Output = steps => outputs[Math.Clamp(steps - 1, 0, 5)] }, TrainingSets.Numbered(4),
        TrainingSets.Numbered(3), options);

    private static InMemoryTrainingData<float> Data(int count, int seed)
    {
        Random random = new(seed);
        float[] features = [.. Enumerable.Range(0, 2 * count).Select(_ => random.NextSingle() - 0.5f)];
        return new(new(2), features, [.. Enumerable.Range(0, count).Select(row => features[2 * row] > features[2 * row + 1] ? 1f : 0)]);
    }
}
