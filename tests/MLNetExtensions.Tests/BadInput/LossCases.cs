using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using Binary = MLNetExtensions.Trainers.NeuralNetworkBinaryTrainer.Options;
using Forecast = MLNetExtensions.Trainers.NeuralNetworkForecastingTrainer.Options;
using Multiclass = MLNetExtensions.Trainers.NeuralNetworkMulticlassTrainer.Options;
using Regression = MLNetExtensions.Trainers.NeuralNetworkRegressionTrainer.Options;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Losses and metrics of another task, options of one task that contradict each other, and networks whose last layer
/// does not suit the loss.</summary>
internal static class LossCases
{
    public static IEnumerable<BadInputCase> All => [.. OfOtherTasks(), .. OutOfRange(), .. Contradictions(), .. LastLayers()];

    private static IEnumerable<BadInputCase> OfOtherTasks()
    {
        (string Task, string Given, string Remedy, NeuralNetworkOptions Options)[] faults =
        [
            ("binary", "MeanSquaredErrorLoss", "BinaryCrossEntropyLoss", new Binary { Loss = new MeanSquaredErrorLoss() }),
            ("binary", "L1Loss", "BinaryCrossEntropyLoss", new Binary { Loss = new L1Loss() }),
            ("binary", "HuberLoss", "BinaryCrossEntropyLoss", new Binary { Loss = new HuberLoss() }),
            ("binary", "CrossEntropyLoss", "BinaryCrossEntropyLoss", new Binary { Loss = new CrossEntropyLoss() }),
            ("binary", "AccuracyMetric", "BinaryAccuracyMetric", new Binary { Metrics = [new AccuracyMetric()] }),
            ("binary", "MeanAbsoluteErrorMetric", "BinaryAccuracyMetric",
                new Binary { Metrics = [new MeanAbsoluteErrorMetric()] }),
            ("multiclass", "MeanSquaredErrorLoss", "CrossEntropyLoss", new Multiclass { Loss = new MeanSquaredErrorLoss() }),
            ("multiclass", "L1Loss", "CrossEntropyLoss", new Multiclass { Loss = new L1Loss() }),
            ("multiclass", "HuberLoss", "CrossEntropyLoss", new Multiclass { Loss = new HuberLoss() }),
            ("multiclass", "BinaryCrossEntropyLoss", "CrossEntropyLoss", new Multiclass { Loss = new BinaryCrossEntropyLoss() }),
            ("multiclass", "BinaryAccuracyMetric", "Use AccuracyMetric",
                new Multiclass { Metrics = [new BinaryAccuracyMetric()] }),
            ("regression", "BinaryCrossEntropyLoss", "MeanSquaredErrorLoss",
                new Regression { Loss = new BinaryCrossEntropyLoss() }),
            ("regression", "CrossEntropyLoss", "MeanSquaredErrorLoss", new Regression { Loss = new CrossEntropyLoss() }),
            ("regression", "AccuracyMetric", "MeanAbsoluteErrorMetric", new Regression { Metrics = [new AccuracyMetric()] }),
            ("forecasting", "BinaryCrossEntropyLoss", "MeanSquaredErrorLoss",
                new Forecast { Loss = new BinaryCrossEntropyLoss() }),
            ("forecasting", "CrossEntropyLoss", "MeanSquaredErrorLoss", new Forecast { Loss = new CrossEntropyLoss() }),
            ("forecasting", "AccuracyMetric", "MeanAbsoluteErrorMetric", new Forecast { Metrics = [new AccuracyMetric()] }),
        ];
        foreach ((string task, string given, string remedy, NeuralNetworkOptions options) in faults)
            yield return BadInputCase.Of<ArgumentOutOfRangeException>($"{task}: {given}", () => Make(options), $"{given} ",
                remedy);
    }

    private static IEnumerable<BadInputCase> OutOfRange()
    {
        (string Option, NeuralNetworkOptions Options)[] faults =
        [
            ("PositiveWeight", new Binary { PositiveWeight = 0 }), ("LabelSmoothing", new Multiclass { LabelSmoothing = 1 }),
            ("ClassWeights", new Multiclass { ClassWeights = [1, -1, 1] }),
            ("ClassWeights", new Multiclass { ClassWeights = [1, float.NaN] }),
        ];
        foreach (((string option, NeuralNetworkOptions options), int i) in faults.Select((fault, i) => (fault, i)))
            yield return BadInputCase.Of<ArgumentOutOfRangeException>($"{option} out of range ({i})", () => Make(options),
                $"{option} must be");
    }

    private static IEnumerable<BadInputCase> Contradictions()
    {
        (string Option, NeuralNetworkOptions Options)[] faults =
        [
            ("PositiveWeight", new Binary { Loss = new HuberLoss(), PositiveWeight = 1 }),
            ("BalanceClasses", new Binary { Loss = new HuberLoss(), BalanceClasses = true }),
            ("ClassWeights", new Multiclass { Loss = new HuberLoss(), ClassWeights = [1] }),
            ("BalanceClasses", new Multiclass { Loss = new HuberLoss(), BalanceClasses = true }),
            ("LabelSmoothing", new Multiclass { Loss = new HuberLoss(), LabelSmoothing = 0.1 }),
        ];
        foreach ((string option, NeuralNetworkOptions options) in faults)
            yield return BadInputCase.Of<ArgumentException>(
                $"{option} of {options.GetType().DeclaringType!.Name} beside a loss of one's own", () => Make(options),
                $"{option} shapes the task's own loss, but Loss replaces it by HuberLoss");
        yield return BadInputCase.Of<ArgumentException>("a metric twice", () => TaskCase.All["binary"].Trainer(new(), options =>
            options.Metrics = [new BinaryAccuracyMetric(), new BinaryAccuracyMetric()]).Fit(TaskCase.All["binary"].Test),
            "Metrics has 'accuracy' twice");
    }

    private static IEnumerable<BadInputCase> LastLayers()
    {
        yield return Ending<ArgumentException>("binary", "Sigmoid", layers => layers.Sigmoid("end"), "Leave that layer out");
        yield return Ending<ArgumentException>(
            "multiclass with text keys", "Softmax", layers => layers.Softmax("end").Dropout(0.1), "Leave that layer out");
        yield return Ending<ArgumentOutOfRangeException>("binary", "ReLU", layers => layers.ReLU("end"), "Leave that layer out");
        yield return Ending<ArgumentOutOfRangeException>("binary", "GELU", layers => layers.GELU("end"), "Leave that layer out");
        yield return Ending<ArgumentOutOfRangeException>("binary", "SiLU", layers => layers.SiLU("end"), "Leave that layer out");
        yield return Ending<ArgumentOutOfRangeException>("regression", "Softmax", layers => layers.Softmax("end"),
            "Leave it out");
        foreach ((string layer, Action<NetworkBuilder> add) in new (string, Action<NetworkBuilder>)[]
        {
            ("ReLU", layers => layers.ReLU("end")), ("Sigmoid", layers => layers.Sigmoid("end")),
            ("Tanh", layers => layers.Tanh("end")),
            ("GELU", layers => layers.GELU("end")), ("SiLU", layers => layers.SiLU("end")),
        })
            yield return Ending<ArgumentOutOfRangeException>("regression", layer, add, "set StandardizeLabel to false");

        static BadInputCase Ending<TException>(string task, string layer, Action<NetworkBuilder> add, string remedy)
            where TException : Exception => BadInputCase.Of<TException>($"{task}: a network that ends in {layer}", () =>
                TaskCase.All[task].Trainer(new(), options => options.Architecture = (shape, outputs) =>
                    NetworkDefinition.Build(shape, layers =>
                    {
                        layers.Linear(outputs);
                        add(layers);
                    })).Fit(TaskCase.All[task].Test), $"The network ends in {layer} ('end')", remedy);
    }

    private static void Make(NeuralNetworkOptions options)
    {
        MLContext ml = new();
        NeuralNetworkTrainer _ = options switch
        {
            Binary binary => ml.BinaryClassification.Trainers.NeuralNetwork(binary),
            Multiclass multiclass => ml.MulticlassClassification.Trainers.NeuralNetwork(multiclass),
            Regression regression => ml.Regression.Trainers.NeuralNetwork(regression),
            _ => ml.Forecasting.Trainers.NeuralNetwork((Forecast)options),
        };
    }
}
