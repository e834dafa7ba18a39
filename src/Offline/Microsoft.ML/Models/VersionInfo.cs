namespace Microsoft.ML;

/// <summary>What a model file says of a component: its kind, its version, and how its loader is found.</summary>
internal readonly struct VersionInfo
{
    private const ulong Magic = 0x4C45444F4D4C4D; // "MLMODEL"

    public readonly ulong ModelSignature;
    public readonly uint VerWrittenCur;
    public readonly uint VerReadableCur;
    public readonly uint VerWeCanReadBack;
    public readonly string LoaderAssemblyName;
    public readonly string LoaderSignature;
    public readonly string LoaderSignatureAlt;

    public VersionInfo(string modelSignature, uint verWrittenCur, uint verReadableCur, uint verWeCanReadBack,
        string loaderAssemblyName, string loaderSignature = null, string loaderSignatureAlt = null)
    {
        Contracts.Check(modelSignature.Length == 8, "Model signature must be eight characters");
        Contracts.Check(modelSignature.All(c => c is > '\0' and <= '\xff'), "Model signature contains invalid characters");
        ModelSignature = modelSignature.Reverse().Aggregate(0UL, (signature, c) => signature << 8 | c);
        (VerWrittenCur, VerReadableCur, VerWeCanReadBack) = (verWrittenCur, verReadableCur, verWeCanReadBack);
        (LoaderAssemblyName, LoaderSignature, LoaderSignatureAlt) = (loaderAssemblyName, loaderSignature, loaderSignatureAlt);
    }

    private VersionInfo(BinaryReader reader)
    {
        Contracts.CheckDecode(reader.ReadUInt64() == Magic, "The file has no model, or one of another library.");
        (ModelSignature, VerWrittenCur, VerReadableCur) = (reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadUInt32());
        (LoaderAssemblyName, LoaderSignature) = (reader.ReadString(), reader.ReadString());
        LoaderSignatureAlt = reader.ReadString();
    }

    /// <summary>The version of a component of this assembly, loaded by the name of its class.</summary>
    internal static VersionInfo For(Type type) =>
        new("MLOFFLIN", 0x00010001, 0x00010001, 0x00010001, type.Assembly.FullName, type.FullName);

    internal static VersionInfo Read(BinaryReader reader)
    {
        try
        {
            return new(reader);
        }
        catch (EndOfStreamException e)
        {
            throw new FormatException("Corrupt model file: a header is cut off.", e);
        }
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Magic);
        writer.Write(ModelSignature);
        writer.Write(VerWrittenCur);
        writer.Write(VerReadableCur);
        writer.Write(LoaderAssemblyName ?? "");
        writer.Write(LoaderSignature ?? "");
        writer.Write(LoaderSignatureAlt ?? "");
    }

    /// <summary>Checks that what was read is what a component expects, neither too new nor too old for it.</summary>
    internal void Check(VersionInfo expected)
    {
        Contracts.CheckDecode(ModelSignature == expected.ModelSignature, "Unknown file type");
        Contracts.CheckDecode(VerReadableCur <= expected.VerWrittenCur, "The model was saved by a newer version.");
        Contracts.CheckDecode(VerWrittenCur >= expected.VerWeCanReadBack, "The model was saved by too old a version.");
    }
}
