using MLNetExtensions.Generation;
using MLNetExtensions.Interop;

namespace Microsoft.ML;

/// <summary>Rows that are made up.</summary>
public static class GenerationCatalog
{
    /// <summary>Learns to make up rows of a table with numbers and categories.</summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="columnNames">The columns to make up; null for all that are not hidden.</param>
    /// <param name="numberOfEpochs">How often training sees all rows.</param>
    public static TabularVariationalAutoencoder TabularVariationalAutoencoder(
        this DataOperationsCatalog catalog, IReadOnlyList<string>? columnNames = null, int numberOfEpochs = 300) =>
        catalog.TabularVariationalAutoencoder(new() { ColumnNames = columnNames, Epochs = numberOfEpochs });

    /// <summary>Learns to make up rows of a table, with all options.</summary>
    public static TabularVariationalAutoencoder TabularVariationalAutoencoder(
        this DataOperationsCatalog catalog, TabularVariationalAutoencoder.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MLNetInternals.Environment(catalog), options);
    }
}
