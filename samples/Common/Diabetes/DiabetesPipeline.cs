using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Samples.Diabetes;

/// <summary>The pipelines of the diabetes samples: the same preparation before a neural network and before logistic regression.</summary>
public static class DiabetesPipeline
{
    public const string Label = nameof(Patient.Outcome), Features = "Features";

    /// <summary>The columns in which 0 means that nothing was measured.</summary>
    public static readonly string[] Measurements =
        [nameof(Patient.Glucose), nameof(Patient.BloodPressure), nameof(Patient.SkinThickness), nameof(Patient.Insulin), nameof(Patient.BMI)];

    /// <summary>The measurements that are missing often enough for their absence to say something.</summary>
    private static readonly string[] OftenMissing = [nameof(Patient.SkinThickness), nameof(Patient.Insulin)];

    private static readonly string[] Derived =
        [nameof(Findings.LogInsulin), nameof(Findings.LogPedigree), nameof(Findings.LogAge), nameof(Findings.GlucoseBMI), nameof(Findings.GlucoseAge),
            nameof(Findings.AgeSquared)];

    private static readonly string[] AlwaysThere =
        [nameof(Patient.Pregnancies), nameof(Patient.DiabetesPedigreeFunction), nameof(Patient.Age)];

    /// <summary>Zeros become NaN, absence is noted, gaps are filled with means, everything is put on one scale.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="option">What is left out or done in another way; null for everything as described.</param>
    public static IEstimator<ITransformer> Preparation(MLContext ml, PreparationOption? option = null)
    {
        option ??= new();
        string[] measured = option.Derived ? [.. Measurements, .. Derived] : Measurements;
        IEstimator<ITransformer> steps = ml.Transforms.CustomMapping<Patient, Findings>(FindingsFactory.Map, FindingsFactory.Contract);
        if (option.Absence)
            steps = steps
                .Append(ml.Transforms.IndicateMissingValues([.. OftenMissing.Select(name => new InputOutputColumnPair(Missing(name), name))]))
                .Append(ml.Transforms.Conversion.ConvertType([.. OftenMissing.Select(name => new InputOutputColumnPair(Missing(name)))], DataKind.Single));
        return steps
            .Append(ml.Transforms.ReplaceMissingValues(
                [.. measured.Select(name => new InputOutputColumnPair(name))], MissingValueReplacingEstimator.ReplacementMode.Mean))
            .Append(ml.Transforms.Concatenate(Features, [.. AlwaysThere, .. measured, .. option.Absence ? OftenMissing.Select(Missing) : []]))
            .Append(option.Scaling switch
            {
                Scaling.MeanVariance => ml.Transforms.NormalizeMeanVariance(Features, fixZero: false),
                Scaling.MinMax => ml.Transforms.NormalizeMinMax(Features),
                Scaling.Binning => ml.Transforms.NormalizeBinning(Features, fixZero: false),
                _ => throw new ArgumentOutOfRangeException(nameof(option), option.Scaling, "There is no such scaling."),
            });
    }

    /// <summary>One hidden layer, strongly regularised: 768 patients are few.</summary>
    public static NeuralNetworkBinaryTrainer Network(MLContext ml, int seed, IProgress<TrainingProgress>? progress) => ml.BinaryClassification.Trainers.NeuralNetwork(new()
    {
        LabelColumnName = Label,
        FeatureColumnName = Features,
        Architecture = (shape, outputs) => FeedForward.Create(shape, outputs, [64], new SiLU(), dropout: 0.5),
        Epochs = 30,
        BatchSize = 32,
        LearningRate = 5e-3,
        Optimizer = new AdamW(WeightDecay: 0.5),
        Schedule = new CosineSchedule(),
        Seed = seed,
        Progress = progress,
    });

    /// <summary>Logistic regression is the same trainer without a hidden layer.</summary>
    public static NeuralNetworkBinaryTrainer LogisticRegression(MLContext ml, int seed, IProgress<TrainingProgress>? progress) =>
        ml.BinaryClassification.Trainers.NeuralNetwork(new()
        {
            LabelColumnName = Label,
            FeatureColumnName = Features,
            Architecture = (shape, outputs) => FeedForward.Create(shape, outputs, []),
            Epochs = 30,
            BatchSize = 32,
            LearningRate = 0.02,
            Schedule = new CosineSchedule(),
            Seed = seed,
            Progress = progress,
        });

    private static string Missing(string column) => column + "Missing";
}
