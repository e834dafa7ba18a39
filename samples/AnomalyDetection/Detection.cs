using Microsoft.ML;
using Microsoft.ML.Data;

namespace Samples.AnomalyDetection;

/// <summary>How well a detector tells anomalies from rows that it was not trained on.</summary>
/// <param name="Auc">The area under the ROC curve of its scores.</param>
/// <param name="FalseAlarms">The share of normal rows that it predicts to be anomalies.</param>
/// <param name="Found">The share of anomalies that it predicts to be some.</param>
internal sealed record Detection(double Auc, double FalseAlarms, double Found)
{
    /// <summary>Of scored rows with a column Label: 1 for an anomaly, 0 else.</summary>
    public static Detection Of(MLContext ml, IDataView scored)
    {
        ILookup<float, bool> predictions = scored.GetColumn<float>("Label").Zip(scored.GetColumn<bool>("PredictedLabel"))
            .ToLookup(row => row.First, row => row.Second);
        return new(
            ml.AnomalyDetection.Evaluate(scored).AreaUnderRocCurve, Share(predictions[0]), Share(predictions[1]));

        static double Share(IEnumerable<bool> predicted) => predicted.Average(value => value ? 1.0 : 0);
    }

    /// <summary>The mean of several.</summary>
    public static Detection Mean(IReadOnlyCollection<Detection> detections) => new(
        detections.Average(detection => detection.Auc), detections.Average(detection => detection.FalseAlarms),
        detections.Average(detection => detection.Found));
}
