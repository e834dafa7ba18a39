namespace Microsoft.ML;

public static class DataLoaderExtensions
{
    /// <summary>Loads files, given by paths and patterns.</summary>
    public static IDataView Load(this IDataLoader<IMultiStreamSource> loader, params string[] path) =>
        loader.Load(new MultiFileSource(path));
}
