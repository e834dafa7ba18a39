namespace Microsoft.ML;

/// <summary>Predicts one example at a time. Not for several threads.</summary>
public abstract class PredictionEngineBase<TSrc, TDst> : IDisposable where TSrc : class where TDst : class, new()
{
    private readonly ITransformer _transformer;
    private readonly DataViewRow _outputRow;
    private protected readonly ObjectRow<TSrc> Input;
    private protected readonly Action<TDst> Fill;

    private protected PredictionEngineBase(ITransformer transformer, bool ignoreMissingColumns, SchemaDefinition source,
        SchemaDefinition prediction)
    {
        Contracts.CheckParam(Contracts.NotNull(transformer).IsRowToRowMapper, nameof(transformer), "Must be a row to row mapper");
        _transformer = transformer;
        var columns = MemberColumn.Of(typeof(TSrc), source, SchemaDefinition.Direction.Read);
        var schema = MemberColumn.SchemaOf(columns);
        var mapper = transformer.GetRowToRowMapper(schema);
        var filler = new ObjectFiller<TDst>(mapper.OutputSchema, ignoreMissingColumns, prediction);
        Input = new(schema, columns, schema.Mask(schema));
        _outputRow = mapper.GetRow(Input, filler.Columns);
        Fill = filler.Bind(_outputRow);
        OutputSchema = transformer.GetOutputSchema(schema);
    }

    public DataViewSchema OutputSchema { get; }

    public TDst Predict(TSrc example)
    {
        var prediction = new TDst();
        Predict(example, ref prediction);
        return prediction;
    }

    public abstract void Predict(TSrc example, ref TDst prediction);

    public void Dispose()
    {
        _outputRow.Dispose();
        (_transformer as IDisposable)?.Dispose();
    }
}

public sealed class PredictionEngine<TSrc, TDst> : PredictionEngineBase<TSrc, TDst> where TSrc : class where TDst : class, new()
{
    internal PredictionEngine(ITransformer transformer, bool ignoreMissingColumns, SchemaDefinition source,
        SchemaDefinition prediction) : base(transformer, ignoreMissingColumns, source, prediction) { }

    public override void Predict(TSrc example, ref TDst prediction)
    {
        Input.MoveTo(Contracts.NotNull(example));
        prediction ??= new();
        Fill(prediction);
    }
}
