namespace Microsoft.ML;

public abstract class TrainCatalogBase : IInternalCatalog
{
    private protected TrainCatalogBase(IHostEnvironment env) => Environment = env;
    IHostEnvironment IInternalCatalog.Environment => Environment;
    private protected IHostEnvironment Environment { get; }

    /// <summary>All models are fitted before the first is evaluated.</summary>
    private protected CrossValidationResult<T>[] CrossValidate<T>(IDataView data, IEstimator<ITransformer> estimator,
        int numberOfFolds, string labelColumnName, string samplingKeyColumnName, int? seed, Func<IDataView, T> evaluate)
        where T : class
    {
        Contracts.CheckNonEmpty(labelColumnName, nameof(labelColumnName));
        Contracts.CheckValue(estimator, nameof(estimator));
        var folds = new DataOperationsCatalog(Environment)
            .CrossValidationSplit(data, numberOfFolds, samplingKeyColumnName, seed)
            .Select(split => (split.TestSet, Model: estimator.Fit(split.TrainSet)))
            .Select(fold => (fold.Model, Scores: fold.Model.Transform(fold.TestSet))).ToArray();
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

    public abstract class CatalogInstantiatorBase : IInternalCatalog
    {
        private readonly IHostEnvironment _env;

        private protected CatalogInstantiatorBase(TrainCatalogBase owner) => _env = owner.Environment;
        IHostEnvironment IInternalCatalog.Environment => _env;
    }
}
