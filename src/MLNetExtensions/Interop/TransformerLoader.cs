using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;
using MLNetExtensions.Persistence;
using MLNetExtensions.Transformers;

[assembly: LoadableClass(
    typeof(ITransformer), typeof(TransformerLoader), null, typeof(SignatureLoadModel), "", TransformerLoader.Signature)]

namespace MLNetExtensions.Interop;

/// <summary>What ML.NET's component catalog finds when a model .zip names this library: the way back
/// from the file to the transformer.</summary>
internal static class TransformerLoader
{
    public const string Signature = "NeuralNetworkLoader";

    private static readonly VersionInfo Version = new(
        modelSignature: "NEURALNT", verWrittenCur: 0x00010001, verReadableCur: 0x00010001, verWeCanReadBack: 0x00010001,
        loaderSignature: Signature, loaderAssemblyName: typeof(TransformerLoader).Assembly.FullName);

    public static void Save(ModelSaveContext context, IEnumerable<(string Name, Action<Stream> Write)> entries)
    {
        context.CheckAtModel();
        context.SetVersionInfo(Version);
        foreach ((string name, Action<Stream> write) in entries)
            context.SaveBinaryStream(name, writer =>
            {
                writer.Flush();
                write(writer.BaseStream);
            });
    }

    // Called by ML.NET through reflection.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext context)
    {
        context.CheckAtModel(Version);
        return TransformerFormat.Read(env, (name, read) =>
        {
            if (!context.TryLoadBinaryStream(name, reader => read(reader.BaseStream)))
                throw new FormatException(
                    $"The model file has no entry '{name}'; it is damaged or was not written by MLNetExtensions.");
        });
    }
}
