namespace Microsoft.ML.Data;

public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;
    public MultiFileSource(params string[] paths) => _paths = paths is null or [null] ? [] : paths;
    public int Count => _paths.Length;

    public TextReader OpenTextReader(int index)
    {
        try
        {
            return new StreamReader(_paths[index]);
        }
        catch (Exception e)
        {
            throw new IOException($"Could not open file '{_paths[index]}'. Error is: {e.Message}", e);
        }
    }
}

/// <summary>Files, or streams that stand for files, to be read one after the other.</summary>
public interface IMultiStreamSource
{
    int Count { get; }
    TextReader OpenTextReader(int index);
}
