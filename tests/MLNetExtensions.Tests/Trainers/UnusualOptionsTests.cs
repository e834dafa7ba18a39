using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;
using Regression = MLNetExtensions.Trainers.NeuralNetworkRegressionTrainer.Options;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Losses and last layers that are unusual, and right.</summary>
public sealed class UnusualOptionsTests
{
    private static readonly MLContext ML = new();

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_loss_of_the_users_own_is_taken_at_its_word(string task)
    {
        TaskCase @case = TaskCase.All[task];
        NeuralNetworkTransformer model = @case.Trainer(ML, options => options.Loss = new Doubled(task switch
        {
            "binary" => new BinaryCrossEntropyLoss(), "regression" => new MeanSquaredErrorLoss(), "anomaly" => new L1Loss(), _ => new CrossEntropyLoss(),
        })).Fit(@case.Train);
        Assert.True(@case.Quality(ML, model.Transform(@case.Test)) > 0.9);
    }

    [Theory]
    [InlineData("Tanh", false)]
    [InlineData("Sigmoid", false)]
    [InlineData("ReLU", false)]
    [InlineData("LeakyReLU", true)]
    public void A_last_layer_that_the_labels_allow(string layer, bool standardize)
    {
        NeuralNetworkTransformer model = TaskCase.All["regression"].Trainer(ML, options =>
        {
            options.Architecture = (shape, outputs) => NetworkDefinition.Build(shape, layers =>
            {
                NetworkBuilder last = layers.Linear(outputs);
                _ = layer switch
                {
                    "Tanh" => last.Tanh(), "Sigmoid" => last.Sigmoid(), "ReLU" => last.ReLU(), _ => last.LeakyReLU(),
                };
            });
            options.Epochs = 1;
            ((Regression)options).StandardizeLabel = standardize;
        }).Fit(TaskCase.All["regression"].Train);
        Assert.Single(model.History);
    }

    /// <summary>A loss that the library does not know: twice another one.</summary>
    private sealed record Doubled(Loss Inner) : Loss
    {
        public override int TargetSize(RowLayout outputs) => Inner.TargetSize(outputs);

        public override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
        {
            (double sum, double weight) = Inner.Accumulate(batch);
            for (int row = 0; row < batch.Count; row++)
            {
                foreach (ref T slope in batch.Gradient(row))
                    slope += slope;
            }
            return (2 * sum, weight);
        }
    }
}
