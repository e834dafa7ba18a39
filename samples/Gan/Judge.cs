using System.Numerics.Tensors;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace Samples.Gan;

/// <summary>A LeNet-5 that knows real images, and tells what made ones look like.</summary>
internal sealed class Judge
{
    /// <summary>The activations before the last layer: 84 values an image.</summary>
    private const string FeatureLayer = "classifier.3";

    private readonly NetworkModel _classifier, _features;

    private Judge(NetworkModel classifier, double accuracy) =>
        (_classifier, _features, Accuracy) = (classifier, classifier.CutAt(FeatureLayer), accuracy);

    /// <summary>The share of test images that it tells right.</summary>
    public double Accuracy { get; }

    /// <summary>Trains one.</summary>
    public static Judge Train(TrainingData train, TrainingData test, int classes)
    {
        TrainingResult result = NetworkTrainer.Fit(
            LeNet5.Create(classes, train.FeatureShape), ManagedEngine.Default, train, test, new()
            {
                Loss = new CrossEntropyLoss(),
                Epochs = 8,
                BatchSize = 128,
                LearningRate = 2e-3,
                Optimizer = new AdamW(),
                Schedule = new OneCycleSchedule(),
                Augmentations = [new RandomCrop(Padding: 2)],
                Seed = 1,
            });
        return new(result.Model, result.History[^1].ValidationMetric!.Value);
    }

    /// <summary>The mean probability of the class that each image looks most like, and the share of images of each class.</summary>
    public (double Confidence, double[] Shares) Classify(float[] images, int count)
    {
        float[] logits = NetworkOutputs.Of(_classifier, images, count);
        int classes = logits.Length / count;
        double[] shares = new double[classes];
        double confidence = 0;
        for (int row = 0; row < count; row++)
        {
            Span<float> scores = logits.AsSpan(row * classes, classes);
            TensorPrimitives.Subtract(scores, TensorPrimitives.Max(scores), scores);
            TensorPrimitives.SoftMax<float>(scores, scores);
            int top = TensorPrimitives.IndexOfMax<float>(scores);
            shares[top] += 1.0 / count;
            confidence += scores[top] / count;
        }
        return (confidence, shares);
    }

    /// <summary>What it sees in each image.</summary>
    public IReadOnlyList<double[]> Features(float[] images, int count)
    {
        float[] features = NetworkOutputs.Of(_features, images, count);
        return [.. features.Chunk(features.Length / count).Select(row => Array.ConvertAll(row, value => (double)value))];
    }
}
