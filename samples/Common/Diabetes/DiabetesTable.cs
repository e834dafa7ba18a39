using Microsoft.ML;
using Microsoft.ML.Data;

namespace Samples.Diabetes;

/// <summary>The table that the diabetes samples work on: where it comes from, and what is missing in it.</summary>
public static class DiabetesTable
{
    private const string RelativePath = "tabular/diabetes.csv";

    /// <summary>The table with a line of names, pinned to a revision that can't change.</summary>
    private static readonly PublicFile Public = new(
        new("https://raw.githubusercontent.com/plotly/datasets/348b89b48db1668e73b413dc56baed489a3ee27c/diabetes.csv"),
        "698c203a14aa31941d2251175330c9199f3ccdb31597abbba2a3e35416257a72");

    /// <summary>Finds the table, or makes one up.</summary>
    public static async Task<(string Path, string Origin, bool Real)> FindAsync(string? path)
    {
        (string? found, string origin) = await SampleData.FindAsync(path, RelativePath, Public);
        if (found is not null)
            return (found, origin, true);
        string generated = Path.Combine(Path.GetTempPath(), "mlnetextensions-synthetic-diabetes.csv");
        SyntheticPatients.Write(generated);
        return (generated, $"a GENERATED table, not real patients: {origin}", false);
    }

    public static IDataView Load(MLContext ml, string path) =>
        ml.Data.LoadFromTextFile<Patient>(path, separatorChar: ',', hasHeader: true);

    /// <summary>The number of zeros that mean 'not measured' in each column.</summary>
    public static IEnumerable<(string Column, int Missing)> CountMissing(IDataView table) =>
        DiabetesPipeline.Measurements.Select(column => (column, table.GetColumn<float>(column).Count(value => value == 0)));
}
