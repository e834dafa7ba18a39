namespace Microsoft.ML;

public sealed class BinaryClassificationCatalog : TrainCatalogBase
{
    internal BinaryClassificationCatalog(IHostEnvironment env) : base(env) => Trainers = new(this);
    public BinaryClassificationTrainers Trainers { get; }

    public CalibratedBinaryClassificationMetrics Evaluate(IDataView data, string labelColumnName = "Label",
        string scoreColumnName = "Score", string probabilityColumnName = "Probability",
        string predictedLabelColumnName = "PredictedLabel")
    {
        Contracts.CheckNonEmpty(probabilityColumnName, nameof(probabilityColumnName));
        return new(Rows(data, labelColumnName, scoreColumnName, probabilityColumnName, predictedLabelColumnName));
    }

    public BinaryClassificationMetrics EvaluateNonCalibrated(IDataView data, string labelColumnName = "Label",
        string scoreColumnName = "Score", string predictedLabelColumnName = "PredictedLabel") =>
        new(Rows(data, labelColumnName, scoreColumnName, null, predictedLabelColumnName));

    public IReadOnlyList<CrossValidationResult<CalibratedBinaryClassificationMetrics>> CrossValidate(IDataView data,
        IEstimator<ITransformer> estimator, int numberOfFolds = 5, string labelColumnName = "Label",
        string samplingKeyColumnName = null, int? seed = null) =>
        CrossValidate(data, estimator, numberOfFolds, labelColumnName, samplingKeyColumnName, seed,
            scores => Evaluate(scores, labelColumnName));

    public IReadOnlyList<CrossValidationResult<BinaryClassificationMetrics>> CrossValidateNonCalibrated(IDataView data,
        IEstimator<ITransformer> estimator, int numberOfFolds = 5, string labelColumnName = "Label",
        string samplingKeyColumnName = null, int? seed = null) =>
        CrossValidate(data, estimator, numberOfFolds, labelColumnName, samplingKeyColumnName, seed,
            scores => EvaluateNonCalibrated(scores, labelColumnName));

    private BinaryEvaluator Rows(IDataView data, string label, string score, string probability, string predictedLabel) =>
        new(data, label, score, probability, predictedLabel, Environment.Register(nameof(BinaryEvaluator)).Rand);

    public sealed class BinaryClassificationTrainers : CatalogInstantiatorBase
    {
        internal BinaryClassificationTrainers(BinaryClassificationCatalog catalog) : base(catalog) { }
    }
}
