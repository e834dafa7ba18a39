using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Generation;

namespace MLNetExtensions.Tests.RealData;

/// <summary>Rows that are made up of the diabetes table serve in the place of the real ones.</summary>
public sealed class SyntheticPatientsTests
{
    [RealDataFact(Patients.File)]
    public void A_model_of_made_up_patients_knows_real_ones()
    {
        MLContext ml = new(seed: 1);
        IDataView table = ml.Data.LoadFromTextFile<Row>(RealDataFactAttribute.PathOf(Patients.File), separatorChar: ',', hasHeader: true);
        DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(table, testFraction: 0.3, seed: 1);
        TabularGenerator generator = ml.Data.TabularVariationalAutoencoder().Fit(split.TrainSet);
        IDataView made = generator.Generate(2000, seed: 1);

        double real = Auc(split.TrainSet), synthetic = Auc(made);
        Assert.True(real > 0.8, $"real {real}");
        Assert.True(synthetic >= 0.95 * real, $"of made-up rows {synthetic:F4}, of real ones {real:F4}");
        HashSet<string> known = [.. Texts(table)];
        Assert.DoesNotContain(Texts(made), known.Contains);

        double Auc(IDataView training) => ml.BinaryClassification.EvaluateNonCalibrated(
            ml.Transforms.Concatenate("Features", Row.Features).Append(ml.Transforms.NormalizeMeanVariance("Features"))
                .Append(ml.BinaryClassification.Trainers.LbfgsLogisticRegression()).Fit(training).Transform(split.TestSet))
            .AreaUnderRocCurve;

        IEnumerable<string> Texts(IDataView view) =>
            ml.Data.CreateEnumerable<Row>(view, reuseRowObject: true).Select(row => row.ToString());
    }

    private sealed record Row
    {
        public static readonly string[] Features =
            [nameof(Pregnancies), nameof(Glucose), nameof(Pressure), nameof(Skin), nameof(Insulin), nameof(Mass), nameof(Pedigree), nameof(Age)];

        [LoadColumn(0)] public float Pregnancies { get; set; }
        [LoadColumn(1)] public float Glucose { get; set; }
        [LoadColumn(2)] public float Pressure { get; set; }
        [LoadColumn(3)] public float Skin { get; set; }
        [LoadColumn(4)] public float Insulin { get; set; }
        [LoadColumn(5)] public float Mass { get; set; }
        [LoadColumn(6)] public float Pedigree { get; set; }
        [LoadColumn(7)] public float Age { get; set; }
        [LoadColumn(8)] public bool Label { get; set; }
    }
}
