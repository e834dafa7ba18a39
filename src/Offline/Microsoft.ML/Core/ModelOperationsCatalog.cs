namespace Microsoft.ML;

public sealed class ModelOperationsCatalog : IInternalCatalog
{
    private const string TransformerDirectory = "TransformerChain";
    private readonly IHostEnvironment _env;

    internal ModelOperationsCatalog(IHostEnvironment env) => _env = env;
    IHostEnvironment IInternalCatalog.Environment => _env;

    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        using var repository = new RepositoryWriter(Contracts.NotNull(stream));
        ModelSaveContext.SaveModel(repository, model, TransformerDirectory);
        if (inputSchema is null) return;
        using var writer = new BinaryWriter(repository.CreateEntry(SavedSchema.Entry));
        SavedSchema.Write(writer, inputSchema);
    }

    /// <summary>Writes beside the file and renames, so that a failure leaves the file as it was.</summary>
    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath)
    {
        Contracts.CheckNonEmpty(filePath, nameof(filePath));
        var beside = $"{filePath}.{Guid.NewGuid():n}.tmp";
        try
        {
            using (var stream = File.Create(beside)) Save(model, inputSchema, stream);
            File.Move(beside, filePath, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        using var repository = new RepositoryReader(Contracts.NotNull(stream));
        using var schema = repository.OpenEntryOrNull(SavedSchema.Entry);
        inputSchema = schema is null ? null : SavedSchema.Read(new BinaryReader(schema));
        var found = ModelLoadContext.LoadModelOrNull<ITransformer, SignatureLoadModel>(
            _env, out var model, repository, TransformerDirectory);
        Contracts.CheckDecode(found || inputSchema is null, "Corrupt model file: it has a schema but no transformer.");
        Contracts.Check(found, $"{(stream as FileStream)?.Name ?? "The stream"} is a zip archive without a model of ML.NET.");
        return model;
    }

    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        Contracts.CheckNonEmpty(filePath, nameof(filePath));
        using var stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer,
        bool ignoreMissingColumns = true, SchemaDefinition inputSchemaDefinition = null,
        SchemaDefinition outputSchemaDefinition = null) where TSrc : class where TDst : class, new() =>
        new(transformer, ignoreMissingColumns, inputSchemaDefinition, outputSchemaDefinition);

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema)
        where TSrc : class where TDst : class, new() =>
        CreatePredictionEngine<TSrc, TDst>(transformer, false, DataOperationsCatalog.DefinitionFor<TSrc>(inputSchema));
}
