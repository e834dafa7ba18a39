using MLNetExtensions.Evaluation;

namespace Microsoft.ML;

/// <summary>How good predictions are that are vectors, for which ML.NET has no evaluators.</summary>
public static class VectorMetricsCatalog
{
    /// <summary>How far several numbers are from what was to be predicted.</summary>
    /// <param name="catalog">The task.</param>
    /// <param name="data">Rows with their scores, as a model's <c>Transform</c> gives them.</param>
    /// <param name="labelColumnName">What was to be predicted, a vector of Single.</param>
    /// <param name="scoreColumnName">What was, of the same size.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There is no row to measure.</exception>
    public static MultiOutputRegressionMetrics EvaluateMultiOutput(
        this RegressionCatalog catalog, IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return MultiOutputRegressionMetrics.Measure(data, labelColumnName, scoreColumnName);
    }

    /// <summary>How well several labels were told.</summary>
    /// <param name="catalog">The task.</param>
    /// <param name="data">Rows with their scores, as a model's <c>Transform</c> gives them.</param>
    /// <param name="labelColumnName">Which labels a row has, a vector of Boolean, or of Single with 0 and 1.</param>
    /// <param name="scoreColumnName">The logit of each label, a vector of Single.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There is no row to measure, or a label is neither 0 nor 1.</exception>
    public static MultiLabelClassificationMetrics EvaluateMultiLabel(
        this MulticlassClassificationCatalog catalog, IDataView data, string labelColumnName = "Label",
        string scoreColumnName = "Score")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return MultiLabelClassificationMetrics.Measure(data, labelColumnName, scoreColumnName);
    }
}
