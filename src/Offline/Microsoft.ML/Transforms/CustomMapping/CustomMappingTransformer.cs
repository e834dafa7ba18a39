namespace Microsoft.ML.Transforms;

/// <summary>Computes columns with code of the user: an object is filled from the row, mapped to another, and that one read as
/// columns.</summary>
public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer where TSrc : class, new() where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _mapAction;
    private readonly string _contractName;
    private readonly SchemaDefinition _inputDefinition;
    private readonly DataViewSchema _outputSchema;

    internal CustomMappingTransformer(Action<TSrc, TDst> mapAction, string contractName, SchemaDefinition inputDefinition = null,
        SchemaDefinition outputDefinition = null)
    {
        (_mapAction, _contractName, _inputDefinition) = (Contracts.NotNull(mapAction), contractName, inputDefinition);
        OutputColumns = MemberColumn.Of(typeof(TDst), outputDefinition, SchemaDefinition.Direction.Write);
        _outputSchema = MemberColumn.SchemaOf(OutputColumns);
    }

    bool ITransformer.IsRowToRowMapper => true;
    internal MemberColumn[] InputColumns => MemberColumn.Of(typeof(TSrc), _inputDefinition, SchemaDefinition.Direction.Both);
    internal MemberColumn[] OutputColumns { get; }
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MakeMapping(inputSchema).OutputSchema;
    public IDataView Transform(IDataView input) => MakeMapping(Contracts.NotNull(input).Schema).Apply(input);
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MakeMapping(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.Check(_contractName is not null, "Empty contract name for a transform: the transform cannot be saved");
        CustomMappingLoader.Save(ctx, _contractName, _mapAction.Method.DeclaringType.Assembly);
    }

    private RowMapping MakeMapping(DataViewSchema inputSchema)
    {
        var filler = new ObjectFiller<TSrc>(Contracts.NotNull(inputSchema), false, _inputDefinition);
        var dependencies = filler.Columns.Select(c => c.Index).ToArray();
        return new(inputSchema, OutputColumns.Select(c => new MappedColumn(c.Column, dependencies, null)),
            (row, wanted) => MakeGetters(filler, row, wanted));
    }

    private Delegate[] MakeGetters(ObjectFiller<TSrc> filler, DataViewRow input, bool[] wanted)
    {
        var (source, result, fill) = (new TSrc(), new TDst(), filler.Bind(input));
        var output = new ObjectRow<TDst>(_outputSchema, OutputColumns, wanted);
        var position = -1L;
        return [.. _outputSchema.Select(c => !wanted[c.Index] ? null
            : Generic.Call<Delegate>(MakeGetter<int>, c.Type.RawType, output, c, (Action)Refresh))];

        void Refresh()
        {
            if (position == input.Position) return;
            fill(source);
            _mapAction(source, result);
            output.MoveTo(result);
            position = input.Position;
        }
    }

    private static Delegate MakeGetter<T>(ObjectRow<TDst> row, DataViewSchema.Column column, Action refresh)
    {
        var get = row.GetGetter<T>(column);
        return (ValueGetter<T>)((ref T value) =>
        {
            refresh();
            get(ref value);
        });
    }
}

public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new() where TDst : class, new()
{
    internal CustomMappingEstimator(CustomMappingTransformer<TSrc, TDst> transformer) : base(transformer) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (var needed in SchemaShape.Create(MemberColumn.SchemaOf(Transformer.InputColumns)))
        {
            var given = inputSchema.Find(needed.Name);
            // a member of unknown size takes vectors of known size too
            given.CheckType(needed.ItemType == given.ItemType && needed.IsKey == given.IsKey && (needed.Kind == given.Kind
                || (needed.Kind, given.Kind) == (VectorKind.VariableVector, VectorKind.Vector)), needed.GetTypeString());
        }
        return inputSchema.With(SchemaShape.Create(MemberColumn.SchemaOf(Transformer.OutputColumns)));
    }
}
