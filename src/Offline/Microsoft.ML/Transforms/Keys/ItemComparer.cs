namespace Microsoft.ML.Transforms;

/// <summary>Compares values of columns: text by its characters, anything else as it compares itself.</summary>
internal static class ItemComparer
{
    public static IEqualityComparer<T> Equality<T>() => Text.Instance as IEqualityComparer<T> ?? EqualityComparer<T>.Default;

    public static IComparer<T> Order<T>() => Text.Instance as IComparer<T> ?? Comparer<T>.Default;

    private sealed class Text : IEqualityComparer<ReadOnlyMemory<char>>, IComparer<ReadOnlyMemory<char>>
    {
        public static readonly Text Instance = new();

        public int Compare(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceCompareTo(y.Span);

        public bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<char> text) => string.GetHashCode(text.Span);
    }
}
