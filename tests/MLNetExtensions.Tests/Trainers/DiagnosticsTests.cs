using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Runs that go wrong say what, where and what to try: in the error, or on request in the log of the context.</summary>
public sealed class DiagnosticsTests
{
    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_run_that_diverges_names_layer_step_quantity_and_remedy(string task)
    {
        TaskCase @case = TaskCase.All[task];
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => @case.Trainer(new(), options =>
            (options.Optimizer, options.LearningRate) = (new Sgd(), 1e30)).Fit(@case.Train));
        Assert.Matches("^Training diverged: the (loss|weight|gradient) ", e.Message);
        Assert.Contains($" in epoch 1, step {e.Step}, at learning rate 1E+30. ", e.Message);
        // A layer or one of its parameters.
        Assert.Matches(@"^[0-2](\.weight|\.bias)?$", e.Place);
        Assert.Contains($"'{e.Place}'", e.Message);
        Assert.Contains("Try a learning rate ten times lower, gradient clipping, a warm-up or normalised features", e.Message);
        Assert.Equal((1, 1e30), (e.Epoch, e.LearningRate));
    }

    [Fact]
    public void Dead_units_are_in_the_log()
    {
        NetworkDefinition network = Network(4, layers => layers.Linear(4).ReLU().Linear(1));
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        weights["0.bias"].Values.AsSpan().Fill(-50);
        IReadOnlyList<string> warnings = Diagnose("binary", options =>
            (options.Architecture, options.InitialWeights) = ((_, _) => network, weights));
        Assert.Contains(warnings, line =>
            line.Contains("Epoch 1: 4 of 4 units of layer '1' are dead") && line.Contains("LeakyReLU"));
    }

    [Fact]
    public void Vanishing_gradients_are_in_the_log()
    {
        NetworkDefinition network = Network(4, layers =>
        {
            for (int i = 0; i < 12; i++)
                layers.Linear(4).Sigmoid();
            layers.Linear(1);
        });
        IReadOnlyList<string> warnings = Diagnose("regression", options => options.Architecture = (_, _) => network);
        Assert.Contains(warnings, line => line.Contains("Epoch 1: the gradients of layer '0' (Linear) vanish"));
    }

    [Fact]
    public void Exploding_gradients_are_in_the_log()
    {
        // Labels of about 1,000 that are not standardised.
        IReadOnlyList<string> warnings = Diagnose("regression", options =>
            ((NeuralNetworkRegressionTrainer.Options)options).StandardizeLabel = false);
        Assert.Contains(warnings, line =>
            line.Contains("Epoch 1: the gradients of layer '2' (Linear) explode") && line.Contains("Try gradient clipping"));
    }

    [Fact]
    public void Nothing_is_said_of_a_run_that_learns() => Assert.Empty(Diagnose("regression", _ => { }));

    private static NetworkDefinition Network(int inputs, Action<NetworkBuilder> build) =>
        NetworkDefinition.Build(new(inputs), build);

    private static IReadOnlyList<string> Diagnose(string task, Action<NeuralNetworkOptions> configure)
    {
        ContextLog log = new();
        TaskCase @case = TaskCase.All[task];
        @case.Trainer(log.Context, options =>
        {
            (options.Epochs, options.LearningRate, options.Callbacks) = (1, 1e-4, [new TrainingDiagnostics()]);
            configure(options);
        }).Fit(@case.Train);
        return [.. log.Warnings];
    }
}
