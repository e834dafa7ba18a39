using Microsoft.ML;

namespace Samples.TabularCategories;

/// <summary>The tables to learn from and to measure with.</summary>
/// <param name="Train">The one to learn from.</param>
/// <param name="Test">The one to measure with; null to take a fifth of the other for it.</param>
/// <param name="Label">The column to predict.</param>
internal sealed record TableFiles(TableFile Train, TableFile? Test, string Label)
{
    private const string Folder = "tabular", TrainName = "taxi-fare-train.csv.gz", TestName = "taxi-fare-test.csv.gz";

    /// <summary>What the command line names, else New York taxi fares, else made-up ones.</summary>
    /// <exception cref="ArgumentException">A file is given without a label, or one to measure with alone.</exception>
    public static TableFiles Choose(string? train, string? test, string? label)
    {
        if (train is not null)
            return new(
                TableFile.Open(train), test is null ? null : TableFile.Open(test),
                label ?? throw new ArgumentException("Name the column of the file that is to be predicted (--label)."));
        if (SampleData.Folder(Folder) is { } folder && File.Exists(Path.Combine(folder, TrainName)))
            return new(
                TableFile.Open(Path.Combine(folder, TrainName)), TableFile.Open(test ?? Path.Combine(folder, TestName)),
                label ?? SyntheticFares.Label);
        if (test is not null)
            throw new ArgumentException("Name the table to learn from too (--data); there are no taxi fares here.");
        string generated = Path.Combine(Path.GetTempPath(), "mlnetextensions-synthetic-fares.csv");
        SyntheticFares.Write(generated);
        return new(
            TableFile.Of(generated, $"GENERATED fares, not real ones: there is no {Folder}/{TrainName} in {SampleData.Variable}"), null,
            label ?? SyntheticFares.Label);
    }

    /// <summary>The rows of both.</summary>
    public (IDataView Train, IDataView Test) Load(MLContext ml, TableColumns columns)
    {
        IDataView rows = Train.Load(ml, columns);
        if (Test is not null)
            return (rows, Test.Load(ml, columns));
        DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(rows, testFraction: 0.2, seed: 1);
        return (split.TrainSet, split.TestSet);
    }
}
