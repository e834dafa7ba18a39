namespace Microsoft.ML;

public abstract partial class TrainCatalogBase
{
    /// <summary>
    /// Fits a model on all folds but one and evaluates it on that one, for each; all are trained before the first is evaluated.
    /// </summary>
    private protected CrossValidationResult<T>[] CrossValidate<T>(IDataView data, IEstimator<ITransformer> estimator,
        int numberOfFolds, string labelColumnName, string samplingKeyColumnName, int? seed, Func<IDataView, T> evaluate)
        where T : class
    {
        Contracts.CheckNonEmpty(labelColumnName, nameof(labelColumnName));
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckValue(estimator, nameof(estimator));
        var operations = new DataOperationsCatalog(Environment);
        var folds = operations.CrossValidationSplit(data, numberOfFolds, samplingKeyColumnName, seed).Select(split =>
        {
            var model = estimator.Fit(split.TrainSet);
            return (Model: model, Scores: model.Transform(split.TestSet));
        }).ToArray();
        return [.. folds.Select((fold, i) => new CrossValidationResult<T>(fold.Model, evaluate(fold.Scores), fold.Scores, i))];
    }

    public sealed class CrossValidationResult<T> where T : class
    {
        public readonly T Metrics;
        public readonly ITransformer Model;
        public readonly IDataView ScoredHoldOutSet;
        public readonly int Fold;

        internal CrossValidationResult(ITransformer model, T metrics, IDataView scores, int fold) =>
            (Model, Metrics, ScoredHoldOutSet, Fold) = (model, metrics, scores, fold);
    }
}
