using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class BinaryClassificationCatalog
{
    public CalibratedBinaryClassificationMetrics Evaluate(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score",
        string probabilityColumnName = "Probability", string predictedLabelColumnName = "PredictedLabel")
    {
        Contracts.CheckNonEmpty(probabilityColumnName, nameof(probabilityColumnName));
        return new(Rows(data, labelColumnName, scoreColumnName, probabilityColumnName, predictedLabelColumnName));
    }

    public BinaryClassificationMetrics EvaluateNonCalibrated(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel") =>
        new(Rows(data, labelColumnName, scoreColumnName, null, predictedLabelColumnName));

    private BinaryEvaluator Rows(IDataView data, string label, string score, string probability, string predictedLabel) =>
        new(data, label, score, probability, predictedLabel, Environment.Register(nameof(BinaryEvaluator)).Rand);
}
