using System.Text;
using Microsoft.ML.Data;

namespace Samples.TabularCategories;

/// <summary>A text in memory, for ML.NET's loader of text files.</summary>
internal sealed class TextSource(string text) : IMultiStreamSource
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

    public int Count => 1;

    public string? GetPathOrNull(int index) => null;

    public Stream Open(int index) => new MemoryStream(_bytes, writable: false);

    public TextReader OpenTextReader(int index) => new StreamReader(Open(index), Encoding.UTF8);
}
