using Microsoft.ML;

namespace MLNetExtensions.Interop;

/// <summary>The entries of one of our steps in a model .zip.</summary>
/// <param name="signature">Eight letters that tell the step.</param>
/// <param name="loader">The name under which the step's loader is known.</param>
internal sealed class ModelEntries(string signature, string loader)
{
    private readonly VersionInfo _version = new(
        modelSignature: signature, verWrittenCur: 0x00010001, verReadableCur: 0x00010001, verWeCanReadBack: 0x00010001,
        loaderSignature: loader, loaderAssemblyName: typeof(ModelEntries).Assembly.FullName);

    public void Save(ModelSaveContext context, IEnumerable<(string Name, Action<Stream> Write)> entries)
    {
        context.CheckAtModel();
        context.SetVersionInfo(_version);
        foreach ((string name, Action<Stream> write) in entries)
            context.SaveBinaryStream(name, writer =>
            {
                writer.Flush();
                write(writer.BaseStream);
            });
    }

    /// <summary>What lets a reader have the entry of a name.</summary>
    /// <exception cref="FormatException">Of what is returned: there is no such entry.</exception>
    public Action<string, Action<Stream>> Open(ModelLoadContext context)
    {
        context.CheckAtModel(_version);
        return (name, read) =>
        {
            if (!context.TryLoadBinaryStream(name, reader => read(reader.BaseStream)))
                throw new FormatException(
                    $"The model file has no entry '{name}'; it is damaged or was not written by MLNetExtensions.");
        };
    }
}
