using Microsoft.ML.Data;

namespace MLNetExtensions.Tests;

/// <summary>Points in [−1, 1]⁴, the same for the same seed. Every task is about x₀·x₁, which no linear model can learn; x₂ and x₃
/// are noise.</summary>
internal sealed class Points
{
    public const int Width = 4;

    public Points(int seed, int count)
    {
        Random random = new(seed);
        Features =
            [.. Enumerable.Range(0, count)
                .Select(_ => Enumerable.Range(0, Width).Select(_ => 2 * random.NextSingle() - 1).ToArray())];
    }

    public float[][] Features { get; }

    public TableColumn Column => TableColumn.Vector("Features", NumberDataViewType.Single, Features);

    /// <summary>The features with names of their slots.</summary>
    public TableColumn NamedColumn => TableColumn.Vector(
        "Features", NumberDataViewType.Single, Features,
            annotations: TableColumn.TextAnnotation("SlotNames", "x0", "x1", "noise0", "noise1"));

    public IEnumerable<float> Products => Features.Select(row => row[0] * row[1]);

    /// <summary>0 where the signs of x₀ and x₁ differ, else 1 where both are below 0 and 2 where both are above.</summary>
    public IEnumerable<uint> Classes => Features.Select(row => row[0] * row[1] <= 0 ? 0u : row[0] < 0 ? 1u : 2u);
}
