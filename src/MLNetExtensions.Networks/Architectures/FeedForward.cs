namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A feed-forward network for tables: for each hidden layer Linear, batch normalisation (if asked for), activation, dropout (if
/// asked for); then a Linear to the outputs, which are logits or numbers. Layers are named by their index, as in PyTorch's
/// <c>nn.Sequential</c>.
/// </summary>
public static class FeedForward
{
    /// <summary>Makes the definition.</summary>
    /// <param name="inputShape">The shape of one example; more than one dimension is flattened first.</param>
    /// <param name="outputs">The number of outputs: 1 for binary classification and regression,
    /// the number of classes otherwise.</param>
    /// <param name="hiddenLayers">The width of each hidden layer; none makes a linear model
    /// (logistic or linear regression).</param>
    /// <param name="activation">The function after each hidden layer; <see cref="ReLU"/> when null.</param>
    /// <param name="dropout">The share of hidden values dropped while training, in [0, 1).</param>
    /// <param name="batchNorm">Whether each hidden layer's sums are batch-normalised before the activation.</param>
    /// <param name="normalization">Standardises the input by constants, inside the model; none when null.</param>
    /// <exception cref="ArgumentException">A width is below 1 or the dropout out of range.</exception>
    public static NetworkDefinition Create(
        TensorShape inputShape,
        int outputs,
        IReadOnlyList<int> hiddenLayers,
        Activation? activation = null,
        double dropout = 0,
        bool batchNorm = false,
        Normalize? normalization = null) =>
        NetworkDefinition.Build(inputShape, network =>
        {
            if (normalization is not null)
                network.Add(normalization);
            if (inputShape.Rank > 1)
                network.Flatten();
            foreach (int width in hiddenLayers)
            {
                network.Linear(width);
                if (batchNorm)
                    network.BatchNorm1d();
                network.Add(activation ?? new ReLU());
                if (dropout != 0)
                    network.Dropout(dropout);
            }
            network.Linear(outputs);
        });
}
