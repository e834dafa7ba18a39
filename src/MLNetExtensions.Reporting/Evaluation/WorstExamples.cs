using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Reporting.Evaluation;

/// <summary>Keeps the pictures of those wrongly classified examples whose true class got the least probability.</summary>
/// <param name="image">The column of pixels.</param>
/// <param name="capacity">The most to keep.</param>
internal sealed class WorstExamples(DataViewSchema.Column image, int capacity)
{
    private readonly PixelShape _shape = PixelShape.Of(image);
    private readonly PriorityQueue<Example, float> _worst = new(Comparer<float>.Create((a, b) => b.CompareTo(a)));

    public DataViewSchema.Column Image => image;

    /// <summary>The examples kept, the worst first.</summary>
    public IReadOnlyList<Example> Examples =>
        [.. _worst.UnorderedItems.OrderBy(item => item.Priority).Select(item => item.Element)];

    /// <summary>Takes the examples of a cursor: the true class and the scores of the row that it is on.</summary>
    public Action<int, float[]> Open(DataViewRowCursor cursor)
    {
        Func<float[]> pixels = _shape.Reader(cursor, image);
        return (truth, scores) =>
        {
            float probability = scores[truth];
            int predicted = Array.IndexOf(scores, scores.Max());
            if (predicted == truth
                || (_worst.Count == capacity && _worst.TryPeek(out _, out float least) && probability >= least))
                return;
            if (_worst.Count == capacity)
                _worst.Dequeue();
            _worst.Enqueue(new(_shape.ToPng(pixels()), truth, predicted, scores[predicted]), probability);
        };
    }

    /// <summary>A wrongly classified example.</summary>
    /// <param name="Png">The picture.</param>
    /// <param name="Truth">The true class.</param>
    /// <param name="Predicted">The class it was taken for.</param>
    /// <param name="Confidence">The probability of that.</param>
    public sealed record Example(byte[] Png, int Truth, int Predicted, float Confidence);
}
