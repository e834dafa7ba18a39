using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;
using MLNetExtensions.Text;

[assembly: LoadableClass(typeof(ITransformer), typeof(SubwordLoader), null, typeof(SignatureLoadModel), "", SubwordLoader.Signature)]

namespace MLNetExtensions.Interop;

/// <summary>The way back from a model .zip to a <see cref="SubwordTransformer"/>, found by ML.NET's component catalog.</summary>
internal static class SubwordLoader
{
    public const string Signature = "SubwordLoader";

    private static readonly ModelEntries Model = new("SUBWORDS", Signature);

    public static void Save(ModelSaveContext context, IEnumerable<(string Name, Action<Stream> Write)> entries) =>
        Model.Save(context, entries);

    // Called by ML.NET through reflection.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext context) => SubwordFormat.Read(Model.Open(context));
}
