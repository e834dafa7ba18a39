using Microsoft.ML;
using Microsoft.ML.Data;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNetExtensions.Reporting.Evaluation;

/// <summary>How a vector of pixels is a picture: planes of one (grey) or three (red, green, blue) channels.</summary>
internal sealed record PixelShape(int Channels, int Height, int Width)
{
    /// <summary>The shape in a column's type: channels×height×width or height×width.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column has other values or another shape.</exception>
    public static PixelShape Of(DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType { ItemType: NumberDataViewType item, Dimensions: var dimensions }
            && (item == NumberDataViewType.Single || item == NumberDataViewType.Byte))
        {
            if (dimensions is [1 or 3, > 0, > 0])
                return new(dimensions[0], dimensions[1], dimensions[2]);
            if (dimensions is [> 0, > 0])
                return new(1, dimensions[0], dimensions[1]);
        }
        throw new ArgumentOutOfRangeException(
            nameof(column),
            $"Image column '{column.Name}' is {column.Type}; it must be a vector of Single or Byte of 1 or 3 channels×height×width.");
    }

    /// <summary>Reads the pixels of the row that a cursor is on.</summary>
    public Func<float[]> Reader(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        if (((VectorDataViewType)column.Type).ItemType == NumberDataViewType.Single)
        {
            ValueGetter<VBuffer<float>> singles = cursor.GetGetter<VBuffer<float>>(column);
            VBuffer<float> buffer = default;
            return () =>
            {
                singles(ref buffer);
                return [.. buffer.DenseValues()];
            };
        }
        ValueGetter<VBuffer<byte>> bytes = cursor.GetGetter<VBuffer<byte>>(column);
        VBuffer<byte> raw = default;
        return () =>
        {
            bytes(ref raw);
            return [.. raw.DenseValues().Select(value => (float)value)];
        };
    }

    /// <summary>The picture, its darkest value black and its lightest white unless the values are 0 to 255 as they are.</summary>
    public byte[] ToPng(float[] pixels)
    {
        (float low, float high) = (pixels.Min(), pixels.Max());
        if (low >= 0 && high > 1.5f && high <= 255)
            (low, high) = (0, 255);
        float scale = high > low ? 255 / (high - low) : 0;
        int plane = Height * Width;
        using Image<Rgb24> image = new(Width, Height);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
                image[x, y] = new(Level(0, y, x), Level(1, y, x), Level(2, y, x));
        }
        using MemoryStream stream = new();
        image.SaveAsPng(stream);
        return stream.ToArray();

        byte Level(int channel, int y, int x) =>
            (byte)Math.Clamp(
                MathF.Round((pixels[Math.Min(channel, Channels - 1) * plane + y * Width + x] - low) * scale), 0, 255);
    }
}
