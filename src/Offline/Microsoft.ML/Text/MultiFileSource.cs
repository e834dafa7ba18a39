namespace Microsoft.ML.Data;

/// <summary>Files given by their paths.</summary>
public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;
    public MultiFileSource(params string[] paths) => _paths = paths is null or [null] ? [] : paths;
    public int Count => _paths.Length;

    public string GetPathOrNull(int index)
    {
        Contracts.CheckParam(0 <= index && index < Count, nameof(index));
        return _paths[index];
    }

    public Stream Open(int index)
    {
        var path = GetPathOrNull(index);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read);
        }
        catch (Exception e)
        {
            throw new IOException($"Could not open file '{path}'. Error is: {e.Message}", e);
        }
    }

    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));
}

/// <summary>Files, or streams that stand for files, to be read one after the other.</summary>
public interface IMultiStreamSource
{
    int Count { get; }

    string GetPathOrNull(int index);

    Stream Open(int index);

    TextReader OpenTextReader(int index);
}
