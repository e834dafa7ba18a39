using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

public static class ExtensionsCatalog
{
    public static MissingValueIndicatorEstimator IndicateMissingValues(this TransformsCatalog catalog, InputOutputColumnPair[] columns)
    {
        Contracts.CheckValue(columns, nameof(columns));
        return new(catalog.GetEnvironment(), InputOutputColumnPair.ConvertToValueTuples(columns));
    }

    public static MissingValueIndicatorEstimator IndicateMissingValues(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName = null) =>
        new(catalog.GetEnvironment(), (outputColumnName, inputColumnName ?? outputColumnName));

    public static MissingValueReplacingEstimator ReplaceMissingValues(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName = null,
        MissingValueReplacingEstimator.ReplacementMode replacementMode = MissingValueReplacingEstimator.ReplacementMode.DefaultValue,
        bool imputeBySlot = true)
    {
        Contracts.CheckParam(!string.IsNullOrWhiteSpace(outputColumnName), nameof(outputColumnName), "The name cannot be null or white space");
        return new(catalog.GetEnvironment(), [(outputColumnName, inputColumnName ?? outputColumnName)], replacementMode, imputeBySlot);
    }

    public static MissingValueReplacingEstimator ReplaceMissingValues(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        MissingValueReplacingEstimator.ReplacementMode replacementMode = MissingValueReplacingEstimator.ReplacementMode.DefaultValue,
        bool imputeBySlot = true)
    {
        Contracts.CheckValue(columns, nameof(columns));
        return new(catalog.GetEnvironment(), InputOutputColumnPair.ConvertToValueTuples(columns), replacementMode, imputeBySlot);
    }
}
