namespace Microsoft.ML;

/// <summary>The head of every component in a model file.</summary>
internal static class ModelHeader
{
    private const ulong Magic = 0x4C45444F4D4C4D; // "MLMODEL"

    public static void Write(BinaryWriter writer, VersionInfo version)
    {
        writer.Write(Magic);
        writer.Write(version.ModelSignature);
        writer.Write(version.VerWrittenCur);
        writer.Write(version.VerReadableCur);
        writer.Write(version.LoaderAssemblyName ?? "");
        writer.Write(version.LoaderSignature ?? "");
        writer.Write(version.LoaderSignatureAlt ?? "");
    }

    public static VersionInfo Read(BinaryReader reader)
    {
        try
        {
            Contracts.CheckDecode(reader.ReadUInt64() == Magic, "The file has no model, or one of another library.");
            Span<char> signature = stackalloc char[8];
            var bits = reader.ReadUInt64();
            for (var i = 0; i < 8; i++) signature[i] = (char)(bits >> 8 * i & 0xff);
            var (written, readable) = (reader.ReadUInt32(), reader.ReadUInt32());
            return new(new(signature), written, readable, 0, reader.ReadString(), reader.ReadString(), reader.ReadString());
        }
        catch (EndOfStreamException e)
        {
            throw new FormatException("Corrupt model file: a header is cut off.", e);
        }
    }

    /// <summary>Checks that what was read is what a component expects, neither too new nor too old for it.</summary>
    public static void Check(VersionInfo found, VersionInfo expected)
    {
        Contracts.CheckDecode(found.ModelSignature == expected.ModelSignature, "Unknown file type");
        Contracts.CheckDecode(found.VerReadableCur <= expected.VerWrittenCur, "The model was saved by a newer version.");
        Contracts.CheckDecode(found.VerWrittenCur >= expected.VerWeCanReadBack, "The model was saved by too old a version.");
    }
}
