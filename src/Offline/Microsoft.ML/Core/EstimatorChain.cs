namespace Microsoft.ML.Data;

/// <summary>Estimators fitted one after the other, each on what the transformers before it make of the data.</summary>
public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    private readonly IHostEnvironment _env;
    private readonly EstimatorLink[] _links;
    public readonly IEstimator<TLastTransformer> LastEstimator;

    public EstimatorChain() : this(null, []) { }

    private EstimatorChain(IHostEnvironment env, EstimatorLink[] links)
    {
        (_env, _links) = (env, links);
        LastEstimator = links.Length > 0 ? links[^1].Estimator as IEstimator<TLastTransformer> : null;
    }

    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        GetOutputSchema(SchemaShape.Create(input.Schema));
        var transformers = new ITransformer[_links.Length];
        for (var i = 0; i < transformers.Length; i++)
        {
            transformers[i] = _links[i].Estimator.Fit(input);
            input = transformers[i].Transform(input);
            if (_links[i].CacheAfter && i < transformers.Length - 1) input = new DataOperationsCatalog(_env).Cache(input);
        }
        return new(transformers, _links.Select(l => l.Scope));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        _links.Aggregate(inputSchema, (shape, link) => link.Estimator.GetOutputSchema(shape));

    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator,
        TransformerScope scope = TransformerScope.Everything) where TNewTrans : class, ITransformer =>
        new(_env, [.. _links, new(Contracts.NotNull(estimator), scope, false)]);

    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        Contracts.Check(_links.Length > 0, "Current estimator chain has no estimator, can't append cache checkpoint.");
        return new(Contracts.NotNull(env), [.. _links[..^1], _links[^1] with { CacheAfter = true }]);
    }
}

internal sealed record EstimatorLink(IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CacheAfter);
