using Microsoft.ML;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>What reproduces a run: the seed of the context, or one in the options.</summary>
public sealed class SeedTests
{
    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void The_contexts_seed_decides_the_model(string task)
    {
        TaskCase @case = TaskCase.All[task];
        string[] fits = [.. new[] { 7, 7, 8 }
            .Select(seed => Bits(Trainer(@case, new MLContext(seed), seed: null).Fit(@case.Train)))];
        Assert.Equal(fits[0], fits[1]);
        Assert.NotEqual(fits[0], fits[2]);
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_seed_in_the_options_takes_its_place(string task)
    {
        TaskCase @case = TaskCase.All[task];
        string[] fits = [.. new[] { (1, 7), (2, 7), (2, 8) }.Select(seeds =>
            Bits(Trainer(@case, new MLContext(seeds.Item1), seeds.Item2).Fit(@case.Train)))];
        Assert.Equal(fits[0], fits[1]);
        Assert.NotEqual(fits[1], fits[2]);
    }

    [Fact]
    public void Contexts_without_a_seed_differ()
    {
        TaskCase @case = TaskCase.All["regression"];
        string[] fits = [.. Enumerable.Range(0, 3)
            .Select(_ => Bits(Trainer(@case, new MLContext(), seed: null).Fit(@case.Train)))];
        Assert.Equal(3, fits.Distinct().Count());
    }

    [Fact]
    public void Two_trainers_of_one_context_differ()
    {
        TaskCase @case = TaskCase.All["binary"];
        MLContext ml = new(seed: 1);
        Assert.NotEqual(
            Bits(Trainer(@case, ml, seed: null).Fit(@case.Train)), Bits(Trainer(@case, ml, seed: null).Fit(@case.Train)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    public void A_trainer_fits_alike_whatever_it_fitted_before(int? seed)
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        NeuralNetworkTrainer trainer = Trainer(@case, new MLContext(), seed);
        string first = Bits(trainer.Fit(@case.Train));
        Assert.NotEqual(first, Bits(trainer.Fit(@case.Test)));
        Assert.Equal(first, Bits(trainer.Fit(@case.Train)));
    }

    [Fact]
    public void A_run_that_is_resumed_keeps_its_seed()
    {
        TaskCase @case = TaskCase.All["binary"];
        using TempFolder folder = new();
        NeuralNetworkTransformer Fit(int epochs) => Trainer(@case, new MLContext(), seed: null, options =>
        {
            options.ValidationFraction = 0.2;
            (options.Epochs, options.Checkpoints) = (epochs, new(folder.File("run")));
        }).Fit(@case.Train);
        TrainingHistory first = Fit(2).History, second = Fit(4).History;
        Assert.Equal(4, second.Count);
        Assert.Equal(first, second.Take(2));
    }

    private static NeuralNetworkTrainer Trainer(
        TaskCase @case, MLContext ml, int? seed, Action<NeuralNetworkOptions>? configure = null) => @case.Trainer(ml, options =>
        {
            (options.Epochs, options.Seed) = (2, seed);
            configure?.Invoke(options);
        });

    private static string Bits(NeuralNetworkTransformer model) => string.Concat(
        model.Model.Weights.Select(tensor => $"{tensor.Key} {tensor.Value.Shape} {Values.Bits(tensor.Value.Values)}\n"));
}
