using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Transformers;
using SkiaSharp;

namespace MLNetExtensions.Tests.Transformers;

/// <summary>Objects of other columns pass through scoring as through ML.NET's own row-to-row transforms: the consumer's getter is
/// the source's.</summary>
public sealed class ObjectColumnTests
{
    private const int Rows = 1000;

    private static readonly NeuralNetworkTransformer Model = TaskCase.All["regression"].Model;

    [Fact]
    public void Objects_that_a_consumer_keeps_stay_alive()
    {
        ResourceColumn column = new(Rows);
        IDataView scored = Model.Transform(Table(column));
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<Resource> getter = cursor.GetGetter<Resource>(scored.Schema["Resource"]);
        ValueGetter<float> score = cursor.GetGetter<float>(scored.Schema["Score"]);
        List<Resource> kept = [];
        List<float> scores = [];
        while (cursor.MoveNext())
        {
            Resource fresh = null!;
            float value = 0;
            getter(ref fresh);
            score(ref value);
            kept.Add(fresh);
            scores.Add(value);
        }
        Assert.Equal(Enumerable.Range(0, Rows), kept.Select(resource => resource.Row));
        Assert.DoesNotContain(kept, resource => resource.IsDisposed);
        Assert.Equal(Rows, column.Made);
        Values.Close(Values.Floats(scored), [.. scores], 1e-4);
    }

    [Fact]
    public void A_consumer_that_reuses_its_object_has_the_source_dispose_it()
    {
        ResourceColumn column = new(Rows);
        IDataView scored = Model.Transform(Table(column));
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<Resource> getter = cursor.GetGetter<Resource>(scored.Schema["Resource"]);
        Resource value = null!;
        while (cursor.MoveNext())
        {
            getter(ref value);
            Assert.False(value.IsDisposed);
        }
        Assert.Equal((Rows, Rows - 1), (column.Made, column.Disposed));
    }

    [Fact]
    public void Two_consumers_of_a_row_have_an_object_each_as_without_scoring()
    {
        ResourceColumn column = new(Rows);
        IDataView scored = Model.Transform(Table(column));
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<Resource> left = cursor.GetGetter<Resource>(scored.Schema["Resource"]),
            right = cursor.GetGetter<Resource>(scored.Schema["Resource"]);
        (Resource a, Resource b) = (null!, null!);
        while (cursor.MoveNext())
        {
            left(ref a);
            right(ref b);
            Assert.NotSame(a, b);
            Assert.False(a.IsDisposed || b.IsDisposed);
        }
    }

    [Fact]
    public void Nothing_is_made_of_objects_that_nobody_asks_for_and_scoring_stays_in_blocks()
    {
        ResourceColumn column = new(Rows);
        TableView table = Table(column);
        IDataView scored = Model.Transform(table);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        Assert.True(cursor.MoveNext());
        Assert.Equal((0, 16), (column.Made, table.RowsRead));
    }

    [Fact]
    public void Parallel_cursors_and_a_shuffled_one_pass_objects_through()
    {
        ResourceColumn column = new(Rows);
        IDataView scored = Model.Transform(Table(column));
        DataViewRowCursor[] set = scored.GetRowCursorSet(scored.Schema, 3);
        List<int> rows = [];
        foreach (DataViewRowCursor cursor in (DataViewRowCursor[])[.. set, scored.GetRowCursor(scored.Schema, new Random(1))])
        {
            ValueGetter<Resource> getter = cursor.GetGetter<Resource>(scored.Schema["Resource"]);
            Assert.Throws<InvalidOperationException>(() =>
            {
                float score = 0;
                cursor.GetGetter<float>(scored.Schema["Score"])(ref score);
            });
            while (cursor.MoveNext())
            {
                Resource fresh = null!;
                getter(ref fresh);
                Assert.False(fresh.IsDisposed);
                rows.Add(fresh.Row);
            }
            cursor.Dispose();
        }
        Assert.Equal(Enumerable.Range(0, Rows).SelectMany(row => (int[])[row, row]), rows.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_survive_scoring_as_they_survive_ML_NETs_own_transforms(bool reuseRowObject)
    {
        using TempFolder folder = new();
        string[] files = [.. Enumerable.Range(0, 40).Select(i => Draw(folder.File($"{i}.png"), i))];
        CheckImages(files, Path.GetDirectoryName(files[0])!, reuseRowObject);
    }

    [RealDataFact("images/flowers/LICENSE.txt")]
    public void Real_images_survive_scoring()
    {
        string folder = RealDataFactAttribute.PathOf("images/flowers");
        string[] files = [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order()];
        CheckImages(files, folder, reuseRowObject: false);
    }

    /// <summary>Reads images with ML.NET's transforms only, and with a network behind them: the same images are alive.</summary>
    private static void CheckImages(string[] files, string folder, bool reuseRowObject)
    {
        MLContext ml = new(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(files.Select((file, i) => new ImageFile { Path = file, Label = i % 2 == 0 }));
        IDataView pixels = ml.Transforms.LoadImages("Image", folder, "Path")
            .Append(ml.Transforms.ResizeImages("Small", 16, 16, "Image"))
            .Append(ml.Transforms.ExtractPixels("Features", "Small")).Fit(data).Transform(data);
        ITransformer network = ml.BinaryClassification.Trainers.NeuralNetwork(
            architecture: (shape, outputs) => FeedForward.Create(shape, outputs, [4]), numberOfEpochs: 1).Fit(pixels);
        ITransformer own = ml.Transforms.CopyColumns("Score", "Label").Fit(pixels);

        string[] loaded = ReadLoaded(network.Transform(pixels));
        Assert.Equal(ReadLoaded(own.Transform(pixels)), loaded);
        Assert.Equal(reuseRowObject ? files.Length - 1 : 0, loaded.Count(image => image == "disposed"));
        bool[] rows = ReadRows(network.Transform(pixels));
        Assert.Equal(files.Length, rows.Length);
        Assert.Equal(ReadRows(own.Transform(pixels)), rows);

        // An enumerable takes images of known size only. It passes the last row's image to the getter, new row object or not.
        bool[] ReadRows(IDataView view)
        {
            List<MLImage> images = [.. ml.Data.CreateEnumerable<ImageRow>(view, reuseRowObject, ignoreMissingColumns: true)
                .Select(row => row.Small)];
            return [.. images.Select(IsAlive)];
        }

        string[] ReadLoaded(IDataView view)
        {
            using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Image"], view.Schema["Score"]]);
            ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(view.Schema["Image"]);
            List<MLImage> images = [];
            MLImage image = null!;
            while (cursor.MoveNext())
            {
                if (!reuseRowObject)
                    image = null!;
                getter(ref image);
                images.Add(image);
            }
            return [.. images.Select(loaded => IsAlive(loaded) ? $"{loaded.Width}x{loaded.Height}" : "disposed")];
        }
    }

    private static bool IsAlive(MLImage image)
    {
        try
        {
            return image.Pixels.Length > 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Draw(string path, int number)
    {
        using SKBitmap bitmap = new(20 + number, 30);
        bitmap.Erase(number % 2 == 0 ? SKColors.Red : SKColors.Blue);
        using FileStream stream = File.Create(path);
        bitmap.Encode(stream, SKEncodedImageFormat.Png, 100);
        return path;
    }

    private static TableView Table(ResourceColumn column)
    {
        Points points = new(1, Rows);
        return new(points.Column, column);
    }

    private sealed class ImageFile
    {
        public string Path { get; set; } = "";
        public bool Label { get; set; }
    }

    private sealed class ImageRow
    {
        [ImageType(16, 16)]
        public MLImage Small { get; set; } = null!;
    }

    /// <summary>Something of which only its owner may let go.</summary>
    private sealed class Resource(int row, Action disposed) : IDisposable
    {
        public int Row => row;

        public bool IsDisposed { get; private set; }

        public void Dispose()
        {
            IsDisposed = true;
            disposed();
        }
    }

    private sealed class ResourceType() : StructuredDataViewType(typeof(Resource))
    {
        public override bool Equals(DataViewType? other) => other is ResourceType;
    }

    /// <summary>A column as ML.NET's image loader: its getter disposes what it finds in the place that it fills.</summary>
    private sealed class ResourceColumn(int rows) : TableColumn("Resource", new ResourceType(), null, rows)
    {
        public int Made { get; private set; }

        public int Disposed { get; private set; }

        public override Delegate CreateGetter(Func<int> current) => (ValueGetter<Resource>)((ref Resource value) =>
        {
            value?.Dispose();
            Made++;
            value = new(current(), () => Disposed++);
        });
    }
}
