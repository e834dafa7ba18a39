using System.IO.Compression;

namespace Microsoft.ML;

public sealed class ModelOperationsCatalog : IInternalCatalog
{
    private const string TransformerDirectory = "TransformerChain";
    private readonly IHostEnvironment _env;

    internal ModelOperationsCatalog(IHostEnvironment env) => _env = env;
    IHostEnvironment IInternalCatalog.Environment => _env;

    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        using var archive = new ZipArchive(Contracts.NotNull(stream), ZipArchiveMode.Create, leaveOpen: true);
        if (model is not null) ModelSaveContext.SaveComponent(archive, model, TransformerDirectory);
        if (inputSchema is null) return;
        using var writer = new BinaryWriter(archive.Create("", SavedSchema.Entry));
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
        using var archive = ModelArchive.OpenRead(Contracts.NotNull(stream));
        using var schema = archive.OpenOrNull("", SavedSchema.Entry);
        inputSchema = schema is null ? null : SavedSchema.Read(new BinaryReader(schema));
        var model = ModelLoadContext.LoadOrNull<ITransformer>(_env, archive, TransformerDirectory);
        Contracts.CheckDecode(model is not null || schema is null, "Corrupt model file: it has a schema but no transformer.");
        return model ?? throw new InvalidOperationException(
            $"{(stream as FileStream)?.Name ?? "The stream"} is a zip archive without a model of ML.NET.");
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
