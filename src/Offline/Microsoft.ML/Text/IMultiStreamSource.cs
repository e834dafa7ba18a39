namespace Microsoft.ML.Data;

/// <summary>Files, or streams that stand for files, to be read one after the other.</summary>
public interface IMultiStreamSource
{
    int Count { get; }

    string GetPathOrNull(int index);

    Stream Open(int index);

    TextReader OpenTextReader(int index);
}
