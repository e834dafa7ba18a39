using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Trainers;

/// <summary>What every neural-network trainer can be told. The tasks add their own.</summary>
public abstract class NeuralNetworkOptions
{
    /// <summary>The column to predict.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The column of features: a vector of known size of Single, or of Byte for pixels.</summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>A column of Single with the weight of each example; null for equal weights.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>The network; null for two hidden layers of 64 and 32 with ReLU
    /// (<see cref="Networks.Architectures.FeedForward"/>).</summary>
    public NetworkArchitecture? Architecture { get; set; }

    /// <summary>How the feature vector is to be seen, for instance [1×28×28] for 784 pixels; null for the
    /// dimensions of the column's type.</summary>
    public TensorShape? InputShape { get; set; }

    /// <summary>Epochs, batch size, optimiser, schedule, early stopping and so on. Its <see cref="TrainingOptions.Loss"/> is the
    /// task's own when null; set, it excludes the options that shape the task's loss (class weights, balancing). Its
    /// <see cref="TrainingOptions.Seed"/>, not the context's, decides initial weights, order, dropout and augmentation.</summary>
    public TrainingOptions Training { get; set; } = new();

    /// <summary>The share of the training rows, in [0, 1), that is kept out for validation when <c>Fit</c> gets no validation
    /// set; 0 keeps none. For classes each class gives its share.</summary>
    public double ValidationFraction { get; set; }

    /// <summary>What computes: the managed engine when null.</summary>
    public INetworkEngine? Engine { get; set; }

    /// <summary>Hears how training goes, about ten times a second.</summary>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Ends training with <see cref="OperationCanceledException"/> in mid-epoch; checkpoints stay. The context's own
    /// cancellation, which AutoML uses, works as well.</summary>
    public CancellationToken CancellationToken { get; set; }
}
