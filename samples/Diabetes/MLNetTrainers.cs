using Microsoft.ML;
using Trainers = Microsoft.ML.BinaryClassificationCatalog.BinaryClassificationTrainers;

namespace Samples.Diabetes;

/// <summary>ML.NET's own trainers for two classes, with their defaults.</summary>
internal static class MLNetTrainers
{
    public static readonly (string Name, Func<Trainers, IEstimator<ITransformer>> Create)[] All =
    [
        ("LightGbm", trainers => trainers.LightGbm(DiabetesPipeline.Label)),
        ("FastTree", trainers => trainers.FastTree(DiabetesPipeline.Label)),
        ("FastForest", trainers => trainers.FastForest(DiabetesPipeline.Label)),
        ("LbfgsLogisticRegression", trainers => trainers.LbfgsLogisticRegression(DiabetesPipeline.Label)),
        ("SdcaLogisticRegression", trainers => trainers.SdcaLogisticRegression(DiabetesPipeline.Label)),
    ];
}
