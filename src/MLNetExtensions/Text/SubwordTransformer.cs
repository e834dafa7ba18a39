using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;

namespace MLNetExtensions.Text;

/// <summary>
/// Takes texts apart into tokens: adds a vector of keys, as long as the text has tokens, whose key values are the tokens; the key
/// of a token is its id + 1. It is saved in the model .zip with its vocabulary, and comes back with a plain
/// <c>mlContext.Model.Load</c>.
/// </summary>
public sealed class SubwordTransformer : ITransformer
{
    private readonly ITransformer _mapping;

    internal SubwordTransformer(string outputColumnName, string inputColumnName, SubwordVocabulary vocabulary)
    {
        (OutputColumnName, InputColumnName, Vocabulary) = (outputColumnName, inputColumnName, vocabulary);
        SchemaDefinition source = SchemaDefinition.Create(typeof(Source)), target = SchemaDefinition.Create(typeof(Target));
        source[nameof(Source.Text)].ColumnName = inputColumnName;
        SchemaDefinition.Column keys = target[nameof(Target.Keys)];
        int count = vocabulary.Tokens.Length;
        keys.ColumnName = outputColumnName;
        keys.ColumnType = new VectorDataViewType(new KeyDataViewType(typeof(uint), count));
        keys.AddAnnotation(
            AnnotationKinds.KeyValues,
            new VBuffer<ReadOnlyMemory<char>>(count, [.. vocabulary.Tokens.Select(token => token.AsMemory())]),
            new VectorDataViewType(TextDataViewType.Instance, count));
        MLContext ml = new();
        _mapping = ml.Transforms
            .CustomMapping<Source, Target>((text, tokens) => tokens.Keys = Encode(text), null, source, target)
            .Fit(ml.Data.LoadFromEnumerable(Array.Empty<Source>(), source));
    }

    /// <summary>The column of keys.</summary>
    public string OutputColumnName { get; }

    /// <summary>The column of texts.</summary>
    public string InputColumnName { get; }

    /// <summary>The tokens.</summary>
    public SubwordVocabulary Vocabulary { get; }

    /// <summary>Always true: each text is taken apart by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _mapping.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _mapping.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _mapping.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => SubwordLoader.Save(ctx, SubwordFormat.Entries(this));

    private uint[] Encode(Source text)
    {
        IReadOnlyList<int> ids = Vocabulary.Encode(text.Text.ToString());
        uint[] keys = new uint[ids.Count];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = (uint)ids[i] + 1;
        return keys;
    }

    private sealed class Source
    {
        public ReadOnlyMemory<char> Text { get; set; }
    }

    private sealed class Target
    {
        public uint[] Keys { get; set; } = [];
    }
}
