using Microsoft.ML.Data;

namespace Samples.AnomalyDetection;

/// <summary>An image, and whether it is an anomaly among those of one class.</summary>
internal sealed class DigitImage
{
    public byte[] Pixels { get; set; } = [];

    /// <summary>1 for another class, 0 for the one; only measuring looks at it.</summary>
    public float Label { get; set; }

    /// <summary>The columns, with the shape of the images.</summary>
    public static SchemaDefinition Columns(int height, int width)
    {
        SchemaDefinition columns = SchemaDefinition.Create(typeof(DigitImage));
        columns[nameof(Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Byte, 1, height, width);
        return columns;
    }
}
