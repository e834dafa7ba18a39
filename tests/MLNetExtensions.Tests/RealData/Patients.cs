using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Tests.RealData;

/// <summary>The Pima Indians diabetes table, what is done to it before training, and a network for it.</summary>
internal static class Patients
{
    public const string File = "tabular/diabetes.csv";

    public static IDataView Load(MLContext ml) => ml.Data.LoadFromTextFile(
        RealDataFactAttribute.PathOf(File),
        [new("Values", DataKind.Single, 0, 7), new("Label", DataKind.Boolean, 8)], separatorChar: ',', hasHeader: true);

    /// <summary>Glucose to BMI are never 0: that says missing.</summary>
    public static IEstimator<ITransformer> Preparation(MLContext ml) => ml.Transforms.CustomMapping<Row, Findings>(
            (from, to) => to.Features =
                [.. from.Values.Select((value, slot) => slot is >= 1 and <= 5 && value == 0 ? float.NaN : value)], null)
        .Append(ml.Transforms.ReplaceMissingValues(
            "Features", replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean))
        .Append(ml.Transforms.NormalizeMeanVariance("Features", fixZero: false));

    public static IEstimator<ITransformer> Network(MLContext ml) => ml.BinaryClassification.Trainers.NeuralNetwork(new()
    {
        Architecture = (shape, outputs) => FeedForward.Create(shape, outputs, [32], new SiLU(), dropout: 0.3),
        Epochs = 30, LearningRate = 5e-3, Optimizer = new AdamW(WeightDecay: 0.3), Schedule = new CosineSchedule(),
    });

    private sealed class Row
    {
        [VectorType(8)]
        public float[] Values { get; set; } = [];
    }

    private sealed class Findings
    {
        [VectorType(8)]
        public float[] Features { get; set; } = [];
    }
}
