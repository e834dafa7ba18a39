namespace MLNetExtensions.Trainers;

/// <summary>What a trainer that learns a label can be told.</summary>
public abstract record SupervisedNetworkOptions : NeuralNetworkOptions
{
    /// <summary>The column to predict.</summary>
    public string LabelColumnName { get; set; } = "Label";

    internal override string TargetColumnName => LabelColumnName;

    /// <summary>The options that the short overloads of the catalogs stand for.</summary>
    internal static TOptions Of<TOptions>(
        string label, string features, string? weight, NetworkArchitecture? architecture, int epochs, double learningRate,
        int batchSize)
        where TOptions : SupervisedNetworkOptions, new() => new()
        {
            LabelColumnName = label,
            FeatureColumnName = features,
            ExampleWeightColumnName = weight,
            Architecture = architecture,
            Epochs = epochs,
            BatchSize = batchSize,
            LearningRate = learningRate,
        };
}
