namespace Microsoft.ML.AutoML;

public sealed class AutoCatalog
{
    private readonly MLContext _context;

    internal AutoCatalog(MLContext context) => _context = context;
    public AutoMLExperiment CreateExperiment(AutoMLExperiment.AutoMLExperimentSettings settings = null) =>
        new(_context, settings ?? new());

    /// <summary>The search space is needed, although it has a default.</summary>
    public SweepableEstimator CreateSweepableEstimator<T>(Func<MLContext, T, IEstimator<ITransformer>> factory,
        SearchSpace<T> ss = null) where T : class, new() =>
        new((context, parameter) => factory(context, parameter.AsType<T>()), ss);
}

public static class MLContextExtension
{
    public static AutoCatalog Auto(this MLContext mlContext) => new(mlContext);
}
