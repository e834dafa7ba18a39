using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Options out of range and networks that don't fit, of any trainer.</summary>
internal static class OptionCases
{
    private static readonly Points Points = new(1, 30);

    public static IEnumerable<BadInputCase> Of(TrainerSubject trainer) => [.. OutOfRange(trainer), .. Networks(trainer)];

    private static IEnumerable<BadInputCase> OutOfRange(TrainerSubject trainer)
    {
        (string Option, Action<NeuralNetworkOptions> Set)[] faults =
        [
            ("ValidationFraction", options => options.ValidationFraction = 1),
            ("ValidationFraction", options => options.ValidationFraction = double.NaN),
            ("Epochs", options => options.Epochs = 0),
            ("BatchSize", options => options.BatchSize = 0),
            ("LearningRate", options => options.LearningRate = 0),
            ("LearningRate", options => options.LearningRate = double.NaN),
            ("AccumulateSteps", options => options.AccumulateSteps = 0),
            ("PreparationThreads", options => options.PreparationThreads = 0),
            ("GradientClipNorm", options => options.GradientClipNorm = -1),
            ("GradientClipValue", options => options.GradientClipValue = 0),
            ("AverageDecay", options => options.AverageDecay = 1),
            ("Patience", options => options.EarlyStopping = new(Patience: -1)),
            ("KeepLast", options => options.Checkpoints = new(Path.Combine(Path.GetTempPath(), "never-made"), KeepLast: 0)),
        ];
        foreach (((string option, Action<NeuralNetworkOptions> set), int i) in faults.Select((fault, i) => (fault, i)))
            yield return BadInputCase.Of<ArgumentOutOfRangeException>($"{trainer.Name}: {option} out of range ({i})", () =>
                Fit(set), $"{option} must be");
        if (trainer.LabelType is not null)
            yield return Contradiction("no name for the label", options => TaskCase.SetLabel(options, ""), "LabelColumnName");
        yield return Contradiction("no name for the features", options => options.FeatureColumnName = "", "FeatureColumnName");
        yield return Contradiction("frozen layers that there are not", options => options.Frozen = ["classifier"],
            "Frozen names 'classifier'", "no such parameter, layer or group");
        yield return Contradiction("a factor for layers that there are not", options => options.LearningRateFactors =
            new Dictionary<string, double> { ["classifier"] = 0.1 }, "LearningRateFactors names 'classifier'");

        BadInputCase Contradiction(string what, Action<NeuralNetworkOptions> set, params string[] words) =>
            BadInputCase.Of<ArgumentException>($"{trainer.Name}: {what}", () => Fit(set), words);

        void Fit(Action<NeuralNetworkOptions> set) => trainer.Create(new(), set).Fit(trainer.Table(Points));
    }

    private static IEnumerable<BadInputCase> Networks(TrainerSubject trainer)
    {
        yield return Unfit("a network of other features", options => options.Architecture = (_, outputs) =>
            NetworkDefinition.Build(new(5), network => network.Linear(outputs)), "feature column 'Features'", "[5]");
        yield return Unfit("a network of other outputs", options => options.Architecture = (shape, outputs) =>
            NetworkDefinition.Build(shape, network => network.Linear(outputs + 1)), "feature column 'Features'", "outputs");
        yield return Unfit("layers that don't fit the features", options => options.Architecture = (shape, _) =>
            NetworkDefinition.Build(shape, network => network.Conv2d(8, 3)), "feature column 'Features'", "Conv2d");
        yield return Unfit("a shape of other size", options => options.InputShape = new(2, 3), "'Features'", "[2×3]");

        NetworkDefinition other = NetworkDefinition.Build(new(Points.Width), network => network.Linear(17).ReLU().Linear(1));
        NetworkModel model = new(other, NetworkWeights.Initialize(other, 1));
        yield return BadInputCase.Of<ArgumentOutOfRangeException>($"{trainer.Name}: an initial model of another network", () =>
            trainer.Create(new(), null).Fit(trainer.Table(Points), null, model), "initial model", "InitialWeights");
        yield return Unfit("initial weights of which none fits", options => options.InitialWeights =
            new([KeyValuePair.Create("stranger", new WeightTensor(new(3), [1, 2, 3]))]), "initial weights",
                "unknown to the network: stranger");
        yield return BadInputCase.Of<ArgumentOutOfRangeException>($"{trainer.Name}: rates that fall", () =>
            trainer.Create(new(), null).FindLearningRate(trainer.Table(Points), from: 1, to: 0.1), "To must be above From");

        BadInputCase Unfit(string what, Action<NeuralNetworkOptions> configure, params string[] words) =>
            BadInputCase.Of<ArgumentOutOfRangeException>($"{trainer.Name}: {what}", () =>
                trainer.Create(new(), configure).Fit(trainer.Table(Points)), words);
    }
}
