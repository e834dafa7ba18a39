using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using Samples.Diabetes;

namespace Samples.AnomalyDetection;

/// <summary>Patients without diabetes are normal, and the detectors see nothing else; what sets the others apart is little, and
/// not what varies most.</summary>
internal static class PatientAnomalies
{
    private const int CodeSize = 4, Epochs = 60;

    private const double HeldOut = 0.3;

    /// <summary>Both detectors on the same patients: trained on most of the healthy ones, measured on the rest and the
    /// others.</summary>
    public static (Detection Autoencoder, Detection Pca) Run(MLContext ml, string path, int seed)
    {
        Patient[] patients = [.. ml.Data.CreateEnumerable<Patient>(DiabetesTable.Load(ml, path), reuseRowObject: false)];
        Patient[] healthy = [.. patients.Where(patient => !patient.Outcome)];
        new Random(seed).Shuffle(healthy);
        int held = (int)(HeldOut * healthy.Length);
        IEstimator<ITransformer> preparation = DiabetesPipeline.Preparation(ml)
            .Append(ml.Transforms.Conversion.ConvertType("Label", DiabetesPipeline.Label, DataKind.Single));
        IDataView normal = ml.Data.LoadFromEnumerable(healthy[held..]);
        IDataView test = ml.Data.LoadFromEnumerable(healthy[..held].Concat(patients.Where(patient => patient.Outcome)).ToArray());

        return (Measure(ml.AnomalyDetection.Trainers.Autoencoder(new()
        {
            Architecture = (shape, _) => Autoencoder.Create(shape, CodeSize, [32]),
            Epochs = Epochs,
            LearningRate = 3e-3,
            Optimizer = new AdamW(),
            Schedule = new CosineSchedule(),
            Seed = seed,
        })), Measure(ml.AnomalyDetection.Trainers.RandomizedPca(rank: CodeSize, seed: seed)));

        Detection Measure(IEstimator<ITransformer> detector) =>
            Detection.Of(ml, preparation.Append(detector).Fit(normal).Transform(test));
    }
}
