namespace Microsoft.ML;

/// <summary>Text files as data.</summary>
public static class TextLoaderSaverCatalog
{
    public static TextLoader CreateTextLoader(this DataOperationsCatalog catalog, TextLoader.Column[] columns,
        char separatorChar = '\t', bool hasHeader = false, IMultiStreamSource dataSample = null, bool allowQuoting = false,
        bool trimWhitespace = false, bool allowSparse = false) => catalog.CreateTextLoader(
            MakeOptions(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse), dataSample);

    public static TextLoader CreateTextLoader(this DataOperationsCatalog catalog, TextLoader.Options options,
        IMultiStreamSource dataSample = null) => new(catalog.GetEnvironment(), options, dataSample);

    public static TextLoader CreateTextLoader<TInput>(this DataOperationsCatalog catalog, char separatorChar = '\t',
        bool hasHeader = false, IMultiStreamSource dataSample = null, bool allowQuoting = false, bool trimWhitespace = false,
        bool allowSparse = false) => catalog.CreateTextLoader<TInput>(
            MakeOptions(null, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse), dataSample);

    public static TextLoader CreateTextLoader<TInput>(this DataOperationsCatalog catalog, TextLoader.Options options,
        IMultiStreamSource dataSample = null) => TextLoader.Create<TInput>(catalog.GetEnvironment(), options, dataSample);

    public static IDataView LoadFromTextFile(this DataOperationsCatalog catalog, string path, TextLoader.Column[] columns,
        char separatorChar = '\t', bool hasHeader = false, bool allowQuoting = false, bool trimWhitespace = false,
        bool allowSparse = false)
    {
        var source = OpenFile(path);
        var options = MakeOptions(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse);
        return catalog.CreateTextLoader(options).Load(source);
    }

    public static IDataView LoadFromTextFile(this DataOperationsCatalog catalog, string path, TextLoader.Options options = null)
    {
        var source = OpenFile(path);
        return catalog.CreateTextLoader(options, source).Load(source);
    }

    public static IDataView LoadFromTextFile<TInput>(this DataOperationsCatalog catalog, string path, char separatorChar = '\t',
        bool hasHeader = false, bool allowQuoting = false, bool trimWhitespace = false, bool allowSparse = false) =>
        catalog.LoadFromTextFile<TInput>(path,
            MakeOptions(null, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));

    public static IDataView LoadFromTextFile<TInput>(this DataOperationsCatalog catalog, string path, TextLoader.Options options)
    {
        var source = OpenFile(path);
        return catalog.CreateTextLoader<TInput>(options).Load(source);
    }

    private static TextLoader.Options MakeOptions(TextLoader.Column[] columns, char separator, bool hasHeader, bool allowQuoting,
        bool trimWhitespace, bool allowSparse) => new()
        {
            Columns = columns,
            Separators = [separator],
            HasHeader = hasHeader,
            AllowQuoting = allowQuoting,
            TrimWhitespace = trimWhitespace,
            AllowSparse = allowSparse,
        };

    private static MultiFileSource OpenFile(string path)
    {
        Contracts.CheckNonEmpty(path, nameof(path));
        Contracts.CheckParam(File.Exists(path), nameof(path), $"File or directory does not exist at path: {path}");
        return new MultiFileSource(path);
    }
}
