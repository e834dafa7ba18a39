namespace Microsoft.ML;

/// <summary>What a model file says of a component: its kind, its version, and how its loader is found.</summary>
internal readonly struct VersionInfo(string modelSignature, uint verWrittenCur, uint verReadableCur, uint verWeCanReadBack,
    string loaderAssemblyName, string loaderSignature = null, string loaderSignatureAlt = null)
{
    private const ulong Magic = 0x4C45444F4D4C4D; // "MLMODEL"
    private readonly string _signature = modelSignature;
    private readonly uint _written = verWrittenCur, _readable = verReadableCur, _oldest = verWeCanReadBack;
    public readonly string LoaderAssemblyName = loaderAssemblyName ?? "";
    public readonly string LoaderSignature = loaderSignature ?? "";
    public readonly string LoaderSignatureAlt = loaderSignatureAlt ?? "";

    /// <summary>The version of a component of this assembly, loaded by the name of its class.</summary>
    internal static VersionInfo For(Type type) => new("MLOFFLIN", 1, 1, 1, type.Assembly.FullName, type.FullName);

    internal static VersionInfo Read(BinaryReader reader)
    {
        try
        {
            Contracts.CheckDecode(reader.ReadUInt64() == Magic, "The file has no model, or one of another library.");
            return new(reader.ReadString(), reader.ReadUInt32(), reader.ReadUInt32(), 0, reader.ReadString(), reader.ReadString(),
                reader.ReadString());
        }
        catch (EndOfStreamException e)
        {
            throw new FormatException("Corrupt model file: a header is cut off.", e);
        }
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Magic);
        writer.Write(_signature);
        writer.Write(_written);
        writer.Write(_readable);
        writer.Write(LoaderAssemblyName);
        writer.Write(LoaderSignature);
        writer.Write(LoaderSignatureAlt);
    }

    /// <summary>Checks that what was read is what a component expects, neither too new nor too old for it.</summary>
    internal void Check(VersionInfo expected)
    {
        Contracts.CheckDecode(_signature == expected._signature, "Unknown file type");
        Contracts.CheckDecode(_readable <= expected._written, "The model was saved by a newer version.");
        Contracts.CheckDecode(_written >= expected._oldest, "The model was saved by too old a version.");
    }
}
