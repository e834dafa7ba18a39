namespace Microsoft.ML.Data;

/// <summary>Transformers applied one after the other; those that are not in the scope of scoring are passed over.</summary>
public sealed class TransformerChain<TLastTransformer> : ITransformer, IEnumerable<ITransformer>, IDisposable
    where TLastTransformer : class, ITransformer
{
    private readonly ITransformer[] _transformers;
    private readonly TransformerScope[] _scopes;
    public readonly TLastTransformer LastTransformer;

    public TransformerChain(IEnumerable<ITransformer> transformers, IEnumerable<TransformerScope> scopes)
    {
        (_transformers, _scopes) = (transformers?.ToArray() ?? [], scopes?.ToArray() ?? []);
        Contracts.Check(_transformers.Length == _scopes.Length, "There must be as many scopes as transformers.");
        LastTransformer = _transformers.LastOrDefault() as TLastTransformer;
        Contracts.Check(_transformers.Length == 0 || LastTransformer is not null, $"The last is no {typeof(TLastTransformer)}.");
    }

    public TransformerChain(params ITransformer[] transformers)
        : this(transformers, transformers?.Select(_ => TransformerScope.Everything)) { }

    bool ITransformer.IsRowToRowMapper => _transformers.All(t => t.IsRowToRowMapper);
    private IEnumerable<ITransformer> Scoring => _transformers.Where((_, i) => _scopes[i].HasFlag(TransformerScope.Scoring));
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) =>
        Scoring.Aggregate(Contracts.NotNull(inputSchema), (schema, transformer) => transformer.GetOutputSchema(schema));

    public IDataView Transform(IDataView input)
    {
        GetOutputSchema(Contracts.NotNull(input).Schema);
        return Scoring.Aggregate(input, (view, transformer) => transformer.Transform(view));
    }

    public TransformerChain<TNewLast> Append<TNewLast>(TNewLast transformer, TransformerScope scope = TransformerScope.Everything)
        where TNewLast : class, ITransformer =>
        new([.. _transformers, Contracts.NotNull(transformer)], [.. _scopes, scope]);

    public IEnumerator<ITransformer> GetEnumerator() => ((IEnumerable<ITransformer>)_transformers).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Of all transformers, whatever their scope.</summary>
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        Contracts.Check(((ITransformer)this).IsRowToRowMapper, "A transformer of the chain needs more than one row at a time.");
        return _transformers.Aggregate<ITransformer, IRowToRowMapper>(null, (first, transformer) => first is null
                ? transformer.GetRowToRowMapper(inputSchema)
                : new RowMapperChain(first, transformer.GetRowToRowMapper(first.OutputSchema)))
            ?? new RowMapping(inputSchema, Enumerable.Range(0, inputSchema.Count));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(VersionInfo.For(typeof(TransformerChain)));
        var number = 0;
        ctx.SaveArray(_transformers, transformer =>
        {
            ctx.Writer.Write((int)_scopes[number]);
            ctx.SaveComponent(transformer, TransformerChain.Directory(number++));
        });
    }

    public void Dispose()
    {
        foreach (var transformer in _transformers) (transformer as IDisposable)?.Dispose();
    }
}

internal static class TransformerChain
{
    public static string Directory(int number) => $"Transform_{number:000}";

    private static TransformerChain<ITransformer> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var number = 0;
        var parts = ctx.LoadArray(() =>
        {
            var scope = (TransformerScope)ctx.Reader.ReadInt32();
            return (transformer: ctx.Load<ITransformer>(env, Directory(number++)), scope);
        });
        return new(parts.Select(p => p.transformer), parts.Select(p => p.scope));
    }
}

internal sealed class RowMapperChain(IRowToRowMapper first, IRowToRowMapper second) : IRowToRowMapper
{
    public DataViewSchema InputSchema => first.InputSchema;
    public DataViewSchema OutputSchema => second.OutputSchema;
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        first.GetDependencies(second.GetDependencies(dependingColumns));
    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        second.GetRow(first.GetRow(input, second.GetDependencies(activeColumns)), activeColumns);
}
