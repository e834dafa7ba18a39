using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A column bound to the fields of a line.</summary>
internal sealed class SourceColumn
{
    /// <summary>The end of a segment that reaches to the end of each line.</summary>
    public const int NoLimit = int.MaxValue;

    /// <summary>The fields from Min to below Limit.</summary>
    public readonly record struct Segment(int Min, int Limit, bool ForceVector)
    {
        public bool IsVariable => Limit == NoLimit;
    }

    public SourceColumn(string name, PrimitiveDataViewType itemType, Segment[] segments)
    {
        var ordered = segments.OrderBy(s => s.Min).ToArray();
        for (var i = 1; i < ordered.Length; i++)
            Contracts.CheckParam(ordered[i - 1].Limit <= ordered[i].Min, "Source",
                $"Intervals specified for column '{name}' overlap");
        (Name, ItemType, Segments) = (name, itemType, segments);
        FixedSize = segments.Where(s => !s.IsVariable).Sum(s => s.Limit - s.Min);
        Type = segments.Any(s => s.IsVariable) ? new VectorDataViewType(itemType)
            : FixedSize > 1 || segments[0].ForceVector ? new VectorDataViewType(itemType, FixedSize)
            : itemType;
    }

    public string Name { get; }
    public PrimitiveDataViewType ItemType { get; }
    public DataViewType Type { get; }
    public Segment[] Segments { get; }
    /// <summary>The number of slots without those of a variable segment.</summary>
    public int FixedSize { get; }
    public bool IsReal => ItemType.RawType == typeof(float) || ItemType.RawType == typeof(double);

    /// <summary>Whether a text that does not parse has a value: a missing one.</summary>
    public bool HasMissing => IsReal || ItemType is KeyDataViewType;
}
