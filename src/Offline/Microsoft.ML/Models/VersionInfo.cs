namespace Microsoft.ML;

/// <summary>What a model file says of a component: its kind, its version, and how its loader is found.</summary>
internal readonly struct VersionInfo
{
    public readonly ulong ModelSignature;
    public readonly uint VerWrittenCur;
    public readonly uint VerReadableCur;
    public readonly uint VerWeCanReadBack;
    public readonly string LoaderAssemblyName;
    public readonly string LoaderSignature;
    public readonly string LoaderSignatureAlt;

    public VersionInfo(string modelSignature, uint verWrittenCur, uint verReadableCur, uint verWeCanReadBack,
        string loaderAssemblyName,
        string loaderSignature = null, string loaderSignatureAlt = null)
    {
        Contracts.Check(modelSignature.Length == 8, "Model signature must be eight characters");
        for (var i = 7; i >= 0; i--)
        {
            Contracts.Check(modelSignature[i] is > '\0' and <= '\xff', "Model signature contains invalid characters");
            ModelSignature = ModelSignature << 8 | modelSignature[i];
        }
        (VerWrittenCur, VerReadableCur, VerWeCanReadBack) = (verWrittenCur, verReadableCur, verWeCanReadBack);
        (LoaderAssemblyName, LoaderSignature, LoaderSignatureAlt) = (loaderAssemblyName, loaderSignature, loaderSignatureAlt);
    }

    /// <summary>The version of a component of this assembly, loaded by the name of its class.</summary>
    internal static VersionInfo For(Type type) =>
        new("MLOFFLIN", 0x00010001, 0x00010001, 0x00010001, type.Assembly.FullName, type.Name);
}
