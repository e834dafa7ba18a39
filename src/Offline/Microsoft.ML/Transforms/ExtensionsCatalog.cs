using static Microsoft.ML.Transforms.MissingValueReplacingEstimator;

namespace Microsoft.ML;

public static class ExtensionsCatalog
{
    public static MissingValueIndicatorEstimator IndicateMissingValues(this TransformsCatalog catalog,
        InputOutputColumnPair[] columns) => new(columns);

    public static MissingValueIndicatorEstimator IndicateMissingValues(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName = null) => IndicateMissingValues(catalog, [new(outputColumnName, inputColumnName)]);

    public static MissingValueReplacingEstimator ReplaceMissingValues(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName = null, ReplacementMode replacementMode = ReplacementMode.DefaultValue,
        bool imputeBySlot = true) =>
        ReplaceMissingValues(catalog, [new(outputColumnName, inputColumnName)], replacementMode, imputeBySlot);

    public static MissingValueReplacingEstimator ReplaceMissingValues(this TransformsCatalog catalog,
        InputOutputColumnPair[] columns, ReplacementMode replacementMode = ReplacementMode.DefaultValue,
        bool imputeBySlot = true) =>
        new(catalog.GetEnvironment(), columns, replacementMode, imputeBySlot);
}
