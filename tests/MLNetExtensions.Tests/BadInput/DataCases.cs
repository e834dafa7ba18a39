using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Rows of which none is left to learn from, of any trainer: the message names the column, counts the rows and leaves no
/// cursor open.</summary>
internal static class DataCases
{
    private const int Rows = 30;

    private static readonly Points Points = new(1, Rows);

    public static IEnumerable<BadInputCase> Of(TrainerSubject trainer)
    {
        yield return Unlearnable("no rows", null, trainer.Table(new(1, 0)), "'Features'", "no rows");
        yield return BadInputCase.Of<InvalidOperationException>($"{trainer.Name}: no validation rows", () =>
            trainer.Create(new(), null).Fit(trainer.Table(Points), trainer.Table(new(1, 0))), "validation", "'Features'",
                "no rows");
        foreach (float value in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            Points damaged = new(1, Rows);
            foreach (float[] row in damaged.Features)
                row[2] = value;
            TableView table = new(trainer.Label(Points), trainer.Features(damaged));
            yield return Unlearnable(
                $"a feature that is always {value}", null, table, "all 30 rows were skipped", "feature column 'Features'",
                "ReplaceMissingValues");
            yield return BadInputCase.Of<InvalidOperationException>(
                $"{trainer.Name}: a feature that is always {value} in validation", () =>
                trainer.Create(new(), null).Fit(trainer.Table(Points), table), "validation", "all 30 rows were skipped",
                    "'Features'");
        }
        foreach (float weight in (float[])[0, -1, float.NaN, float.PositiveInfinity])
            yield return Unlearnable(
                $"weights that are all {weight}", options => options.ExampleWeightColumnName = "Weight",
                new(trainer.Label(Points), trainer.Features(Points),
                    TableColumn.Single("Weight", Points.Products.Select(_ => weight))),
                "all 30 rows were skipped", "30 with a weight that is not above 0 (or infinite) in the column 'Weight'");

        BadInputCase Unlearnable(string what, Action<NeuralNetworkOptions>? configure, TableView table, params string[] words) =>
            BadInputCase.Of<InvalidOperationException>($"{trainer.Name}: {what}", () =>
            {
                try
                {
                    trainer.Create(new(), configure).Fit(table);
                }
                finally
                {
                    Assert.Equal(0, table.CursorsOpen);
                }
            }, words);
    }
}
