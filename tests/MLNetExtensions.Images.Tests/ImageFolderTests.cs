using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNetExtensions.Images.Tests;

public sealed class ImageFolderTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly ColouredFolder _folder = new(perClass: 2);

    [Fact]
    public void Classes_are_the_folders_in_order_and_images_keep_their_size_and_colour()
    {
        IDataView data = _ml.Data.LoadFromImageFolder(_folder.Root);
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["Label"].GetKeyValues(ref names);
        Assert.Equal(["blue", "green", "red"], names.DenseValues().Select(name => name.ToString()));
        Assert.Equal([1u, 1u, 2u, 2u, 3u, 3u], Values.Scalars<uint>(data, "Label"));
        Assert.Equal(_folder.File(Path.Combine("blue", "000.png")), Values.Scalars<ReadOnlyMemory<char>>(data, "ImagePath")[0].ToString());

        MLImage[] images = Values.Scalars<MLImage>(data, "Image");
        // Each getter's value replaces the one before, which is disposed of: the last one lives.
        Assert.Equal((13, 10), (images[^1].Width, images[^1].Height));
        images[^1].Dispose();
    }

    [Fact]
    public void Every_image_that_a_consumer_keeps_is_its_own()
    {
        IDataView data = _ml.Data.LoadFromImageFolder(_folder.Root);
        List<MLImage> kept = [];
        using (DataViewRowCursor cursor = data.GetRowCursor(data.Schema))
        {
            ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(data.Schema["Image"]);
            while (cursor.MoveNext())
            {
                MLImage image = null!;
                getter(ref image);
                kept.Add(image);
            }
        }
        Assert.Equal([12, 13, 12, 13, 12, 13], kept.Select(image => image.Width));
        kept.ForEach(image => image.Dispose());
    }

    [Fact]
    public void Files_that_are_no_images_are_left_out_counted_and_named()
    {
        File.WriteAllText(_folder.File(Path.Combine("green", "broken.jpg")), "no picture");
        File.WriteAllBytes(_folder.File(Path.Combine("red", "empty.PNG")), []);
        File.WriteAllText(_folder.File(Path.Combine("red", "notes.txt")), "not looked at");
        List<string> warnings = [];
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.Message);
        };
        Assert.Equal(6, Values.Scalars<uint>(_ml.Data.LoadFromImageFolder(_folder.Root), "Label").Length);
        string warning = Assert.Single(warnings);
        Assert.Contains("Left out 2 files", warning);
        Assert.Contains(Path.Combine("green", "broken.jpg"), warning);
        Assert.Contains(Path.Combine("red", "empty.PNG"), warning);
    }

    [Fact]
    public void Folders_below_a_class_belong_to_it_and_empty_ones_are_no_class()
    {
        _folder.Save(Path.Combine("red", "more", "deep.png"), 4, 4, [255, 0, 0]);
        Directory.CreateDirectory(_folder.File("nothing"));
        IDataView data = _ml.Data.LoadFromImageFolder(_folder.Root);
        Assert.Equal(3ul, ((KeyDataViewType)data.Schema["Label"].Type).Count);
        Assert.Equal(3, Values.Scalars<uint>(data, "Label").Count(key => key == 3));
    }

    [Fact]
    public void Rows_can_be_shuffled()
    {
        IDataView data = _ml.Data.LoadFromImageFolder(_folder.Root);
        uint[] shuffled = Values.Scalars<uint>(_ml.Data.ShuffleRows(data, seed: 3), "Label");
        Assert.NotEqual([1u, 1u, 2u, 2u, 3u, 3u], shuffled);
        Assert.Equal([1u, 1u, 2u, 2u, 3u, 3u], shuffled.Order());
    }

    public void Dispose() => _folder.Dispose();
}
