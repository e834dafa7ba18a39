using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly IHost _host;
    private readonly (string outputColumnName, string inputColumnName)[] _columns;
    private readonly int _maximumNumberOfKeys;
    private readonly KeyOrdinality _ordinality;
    private readonly bool _namesAsText;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns,
        int maximumNumberOfKeys, KeyOrdinality ordinality, bool namesAsText, IDataView keyData)
    {
        Contracts.CheckParam(columns.Length > 0, nameof(columns), "No columns to map are given");
        Contracts.CheckParam(!columns.Any(c => string.IsNullOrWhiteSpace(c.outputColumnName)), "outputColumnName",
            "The name cannot be null or white space");
        Contracts.CheckParam(keyData is null || keyData.Schema.Count == 1, nameof(keyData),
            $"The key data must have one column, that of the terms to map, but it has {keyData?.Schema.Count}.");
        (_host, _columns) = (env.Register(nameof(ValueToKeyMappingEstimator)), columns);
        (_maximumNumberOfKeys, _ordinality, _namesAsText, _keyData) = (maximumNumberOfKeys, ordinality, namesAsText, keyData);
    }

    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        var inputs = Array.ConvertAll(_columns, c => input.Schema.Find(c.inputColumnName));
        return new(_host, _columns, _keyData is null ? FromColumns(input, inputs) : FromKeyData(inputs), _namesAsText);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(_columns.Select(pair =>
        {
            var source = inputSchema.Find(pair.inputColumnName);
            var isVector = source.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var values)
                && values.Kind == SchemaShape.Column.VectorKind.Vector;
            if (!source.IsKey || !isVector)
                values = AnnotationShapes.Vector(AnnotationUtils.Kinds.KeyValues,
                    _namesAsText ? TextDataViewType.Instance : source.ItemType, source.IsKey);
            return new SchemaShape.Column(pair.outputColumnName, source.Kind, NumberDataViewType.UInt32, true,
                new([.. source.Keep(AnnotationUtils.Kinds.SlotNames), values]));
        }));
    }

    private KeyMap[] FromColumns(IDataView input, DataViewSchema.Column[] columns)
    {
        Contracts.CheckParam(_maximumNumberOfKeys > 0, nameof(_maximumNumberOfKeys),
            "The maximum number of keys must be positive");
        using var cursor = input.GetRowCursor(columns);
        var builders = Array.ConvertAll(columns, c => KeyMapBuilder.Create(cursor, c, _maximumNumberOfKeys));
        for (var wantsMore = true; wantsMore && cursor.MoveNext();)
        {
            _host.CheckAlive();
            wantsMore = false;
            foreach (var builder in builders) wantsMore |= builder.AddRow();
        }
        return Array.ConvertAll(builders, Finish);
    }

    private KeyMap[] FromKeyData(DataViewSchema.Column[] columns)
    {
        var terms = _keyData.Schema[0];
        foreach (var column in columns)
            Contracts.CheckParam(terms.Type.Equals(column.Type.GetItemType()), "keyData",
                $"The key data must be of type '{column.Type.GetItemType()}' as column '{column.Name}', but is '{terms.Type}'");
        using var cursor = _keyData.GetRowCursor([terms]);
        var builder = KeyMapBuilder.Create(cursor, terms, int.MaxValue);
        while (cursor.MoveNext()) builder.AddRow();
        var map = Finish(builder);
        return Array.ConvertAll(columns, _ => map);
    }

    private KeyMap Finish(KeyMapBuilder builder) => builder.Finish(_ordinality == KeyOrdinality.ByValue);
}
