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

    private static readonly ModelEntries Model = new("NEURALNT", Signature);

    public static void Save(ModelSaveContext context, IEnumerable<(string Name, Action<Stream> Write)> entries) =>
        Model.Save(context, entries);

    // Called by ML.NET through reflection.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext context) =>
        TransformerFormat.Read(env, Model.Open(context));
}
