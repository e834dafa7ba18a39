using System.Collections.Immutable;
using System.CommandLine;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Samples;

/// <summary>A network that a sample offers, how it is trained, and what it must reach.</summary>
/// <param name="Name">What <c>--network</c> calls it.</param>
/// <param name="Target">The accuracy below which the sample has failed.</param>
/// <param name="Epochs">Passes over the images.</param>
/// <param name="LearningRate">The highest rate of a one-cycle schedule.</param>
/// <param name="Optimizer">How weights change.</param>
/// <param name="Architecture">The network.</param>
public sealed record NetworkRecipe(
    string Name, double Target, int Epochs, double LearningRate, Optimizer Optimizer, NetworkArchitecture Architecture)
{
    /// <summary>Random changes of the images.</summary>
    public ImmutableArray<Augmentation> Augmentations { get; init; } = [];

    /// <summary>The option that chooses among networks; the first is the default.</summary>
    public static Option<string> Choice(IReadOnlyList<NetworkRecipe> recipes)
    {
        Option<string> option = new("--network") { Description = "which network", DefaultValueFactory = _ => recipes[0].Name };
        return option.AcceptOnlyFromAmong([.. recipes.Select(recipe => recipe.Name)]);
    }

    /// <summary>The options of a trainer.</summary>
    /// <param name="epochs">Passes over the images; the recipe's when null.</param>
    /// <param name="batchSize">The images of one step.</param>
    public NeuralNetworkMulticlassTrainer.Options ToOptions(int? epochs, int batchSize) => new()
    {
        Architecture = Architecture,
        ValidationFraction = 0.05,
        Epochs = epochs ?? Epochs,
        BatchSize = batchSize,
        LearningRate = LearningRate,
        Optimizer = Optimizer,
        Schedule = new OneCycleSchedule(),
        Augmentations = Augmentations,
        Seed = 1,
    };
}
