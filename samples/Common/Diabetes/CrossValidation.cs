using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using Spectre.Console;

namespace Samples.Diabetes;

/// <summary>Cross-validation of a pipeline over several seeds; a seed decides the folds and the networks.</summary>
/// <param name="Name">The pipeline.</param>
/// <param name="Folds">The metrics of every fold of every seed.</param>
public sealed record CrossValidation(string Name, IReadOnlyList<BinaryClassificationMetrics> Folds)
{
    /// <summary>The metrics that the sample compares.</summary>
    public static readonly (string Name, Func<BinaryClassificationMetrics, double> Of)[] Metrics =
    [
        ("accuracy", metrics => metrics.Accuracy),
        ("precision", metrics => metrics.PositivePrecision),
        ("recall", metrics => metrics.PositiveRecall),
        ("F1", metrics => metrics.F1Score),
        ("ROC-AUC", metrics => metrics.AreaUnderRocCurve),
        ("PR-AUC", metrics => metrics.AreaUnderPrecisionRecallCurve),
    ];

    public double MeanAuc => Folds.Average(fold => fold.AreaUnderRocCurve);

    /// <summary>Fits and measures every fold, every step of the pipeline inside it, with a live line of progress.</summary>
    /// <param name="name">The pipeline.</param>
    /// <param name="path">The table.</param>
    /// <param name="folds">The folds of a seed.</param>
    /// <param name="seeds">The seeds, from 1.</param>
    /// <param name="createPipeline">Makes the pipeline for a seed.</param>
    public static CrossValidation Run(
        string name, string path, int folds, int seeds, Func<MLContext, int, IProgress<TrainingProgress>, IEstimator<ITransformer>> createPipeline)
    {
        List<BinaryClassificationMetrics> results = [];
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(display =>
            {
                ProgressTask task = display.AddTask(name, maxValue: folds * seeds);
                for (int seed = 1; seed <= seeds; seed++)
                {
                    MLContext ml = new(seed);
                    IDataView table = DiabetesTable.Load(ml, path);
                    FoldProgress progress = new(task, name, seed);
                    results.AddRange(ml.BinaryClassification
                        .CrossValidateNonCalibrated(table, createPipeline(ml, seed, progress), folds, DiabetesPipeline.Label, seed: seed)
                        .Select(fold => fold.Metrics));
                    task.Value = folds * seed;
                }
            });
        return new(name, results);
    }

    /// <summary>Writes a table of several runs.</summary>
    public static void Compare(params ReadOnlySpan<CrossValidation> runs)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("Cross-validation, mean ± deviation over folds").AddColumn("metric");
        foreach (CrossValidation run in runs)
            table.AddColumn(new TableColumn(run.Name).RightAligned());
        foreach ((string name, Func<BinaryClassificationMetrics, double> of) in Metrics)
        {
            List<string> row = [name];
            foreach (CrossValidation run in runs)
                row.Add(run.Summary(of));
            table.AddRow([.. row]);
        }
        AnsiConsole.Write(table);
    }

    /// <summary>Writes the runs, the largest ROC-AUC first.</summary>
    public static void Rank(IEnumerable<CrossValidation> runs)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("Cross-validation, mean ± deviation over folds").AddColumn("trainer");
        foreach (string name in (string[])["ROC-AUC", "accuracy", "F1"])
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (CrossValidation run in runs.OrderByDescending(run => run.MeanAuc))
            table.AddRow(
                run.Name, run.Summary(fold => fold.AreaUnderRocCurve), run.Summary(fold => fold.Accuracy), run.Summary(fold => fold.F1Score));
        AnsiConsole.Write(table);
    }

    private string Summary(Func<BinaryClassificationMetrics, double> of)
    {
        double mean = Folds.Average(of);
        double deviation = Math.Sqrt(Folds.Average(fold => (of(fold) - mean) * (of(fold) - mean)));
        return string.Create(CultureInfo.InvariantCulture, $"{mean:F4} ± {deviation:F4}");
    }

    /// <summary>One line that says where training is.</summary>
    private sealed class FoldProgress(ProgressTask task, string name, int seed) : IProgress<TrainingProgress>
    {
        private int _folds;

        public void Report(TrainingProgress value)
        {
            bool ended = value.LastEpoch?.Epoch == value.Epochs;
            if (ended)
            {
                _folds++;
                task.Increment(1);
            }
            task.Description = $"{name}: seed {seed}, fold {_folds + (ended ? 0 : 1)}, epoch {value.Epoch} of {value.Epochs}, loss {value.Loss:F3}";
        }
    }
}
