namespace Microsoft.ML;

/// <summary>Signature of the classes that load a component of a model: a constructor or a static Create (environment, context).</summary>
internal delegate void SignatureLoadModel(ModelLoadContext ctx);

/// <summary>Names a class of the assembly that can be loaded by name.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableClassAttribute(Type instType, Type loaderType, Type argType, Type sigType, string userName, params string[] loadNames)
    : Attribute
{
    public LoadableClassAttribute(Type instType, Type argType, Type sigType, string userName, params string[] loadNames)
        : this(instType, instType, argType, sigType, userName, loadNames) { }

    internal Type InstanceType => instType;

    internal Type LoaderType => loaderType;

    internal Type ArgType => argType;

    internal Type SignatureType => sigType;

    internal string UserName => userName;

    internal IReadOnlyList<string> LoadNames => loadNames;
}
