using Microsoft.ML;
using Microsoft.ML.Data;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace Samples;

/// <summary>A picture of predictions: a column for each true class, above images that were predicted right, in green frames, below
/// them images that were taken for another class, in red ones.</summary>
public sealed class PredictionSheet
{
    private const int Side = 64, Frame = 3, Gap = 4, RightRows = 2, WrongRows = 3, Cell = Side + 2 * (Frame + Gap);

    private static readonly Color Right = Color.SeaGreen, Wrong = Color.Firebrick;

    private readonly List<Image<Rgb24>>[] _right, _wrong;

    /// <summary>An empty sheet.</summary>
    /// <param name="classes">The number of classes.</param>
    public PredictionSheet(int classes)
    {
        _right = [.. Enumerable.Range(0, classes).Select(_ => new List<Image<Rgb24>>())];
        _wrong = [.. Enumerable.Range(0, classes).Select(_ => new List<Image<Rgb24>>())];
    }

    /// <summary>The first images of each class in scored data.</summary>
    /// <param name="scored">The data, with a column PredictedLabel.</param>
    /// <param name="labelColumnName">The true class, a key.</param>
    /// <param name="imageColumnName">The pixels, bytes of channels×height×width.</param>
    public static PredictionSheet Of(IDataView scored, string labelColumnName, string imageColumnName)
    {
        DataViewSchema.Column label = scored.Schema[labelColumnName], image = scored.Schema[imageColumnName];
        DataViewSchema.Column predicted = scored.Schema["PredictedLabel"];
        PredictionSheet sheet = new((int)((KeyDataViewType)label.Type).Count);
        int[] shape = [.. ((VectorDataViewType)image.Type).Dimensions];
        using DataViewRowCursor cursor = scored.GetRowCursor([label, image, predicted]);
        ValueGetter<uint> readLabel = cursor.GetGetter<uint>(label), readPredicted = cursor.GetGetter<uint>(predicted);
        ValueGetter<VBuffer<byte>> readImage = cursor.GetGetter<VBuffer<byte>>(image);
        (uint truth, uint prediction, VBuffer<byte> pixels) = (0, 0, default);
        while (cursor.MoveNext())
        {
            readLabel(ref truth);
            readPredicted(ref prediction);
            sheet.Add((int)truth - 1, (int)prediction - 1, () =>
            {
                readImage(ref pixels);
                return Picture([.. pixels.DenseValues()], shape);
            });
        }
        return sheet;
    }

    /// <summary>Adds an image, where there is room for one more of its class.</summary>
    /// <param name="truth">Its class.</param>
    /// <param name="predicted">What it was taken for.</param>
    /// <param name="read">Reads it.</param>
    public void Add(int truth, int predicted, Func<Image<Rgb24>> read)
    {
        bool isRight = truth == predicted;
        List<Image<Rgb24>> pictures = (isRight ? _right : _wrong)[truth];
        if (pictures.Count == (isRight ? RightRows : WrongRows))
            return;
        Image<Rgb24> picture = read();
        // Small images keep their pixels visible.
        IResampler sampler = picture.Width < Side ? KnownResamplers.NearestNeighbor : KnownResamplers.Bicubic;
        picture.Mutate(image => image.Resize(new ResizeOptions { Size = new(Side, Side), Mode = ResizeMode.Crop, Sampler = sampler }));
        pictures.Add(picture);
    }

    /// <summary>Writes the picture as a PNG.</summary>
    public void Save(string path)
    {
        using Image<Rgb24> sheet = new(_right.Length * Cell, (RightRows + WrongRows) * Cell, Color.White);
        for (int column = 0; column < _right.Length; column++)
        {
            for (int row = 0; row < _right[column].Count; row++)
                Draw(_right[column][row], Right, column, row);
            for (int row = 0; row < _wrong[column].Count; row++)
                Draw(_wrong[column][row], Wrong, column, RightRows + row);
        }
        sheet.SaveAsPng(path);

        void Draw(Image<Rgb24> picture, Color color, int column, int row)
        {
            using Image<Rgb24> frame = new(Side + 2 * Frame, Side + 2 * Frame, color);
            sheet.Mutate(image => image
                .DrawImage(frame, new Point(column * Cell + Gap, row * Cell + Gap), 1)
                .DrawImage(picture, new Point(column * Cell + Gap + Frame, row * Cell + Gap + Frame), 1));
        }
    }

    private static Image<Rgb24> Picture(byte[] pixels, int[] shape)
    {
        (int channels, int height, int width) = (shape[0], shape[1], shape[2]);
        Image<Rgb24> picture = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                picture[x, y] = new(Level(0, y, x), Level(1, y, x), Level(2, y, x));
        }
        return picture;

        byte Level(int channel, int y, int x) => pixels[(Math.Min(channel, channels - 1) * height + y) * width + x];
    }
}
