namespace Microsoft.ML;

/// <summary>Signature of what loads a component of a model: a constructor or a static Create (environment, context).</summary>
internal delegate void SignatureLoadModel(ModelLoadContext ctx);

[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableClassAttribute : Attribute
{
    public LoadableClassAttribute(Type instType, Type loaderType, Type argType, Type sigType, string userName,
        params string[] loadNames) =>
        (LoaderType, LoadsModels, LoadNames) =
            (loaderType, sigType == typeof(SignatureLoadModel), loadNames is [] ? [loaderType.Name] : loadNames);

    internal Type LoaderType { get; }
    internal bool LoadsModels { get; }
    internal IReadOnlyList<string> LoadNames { get; }
}
