using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Tests.Data;

/// <summary>Images streamed from files of MNIST's and CIFAR-10's formats.</summary>
public sealed class ImageFilesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_files_give_keys_and_pixels(bool compressed)
    {
        using ImageFiles files = new(compressed);
        IDataView view = new MLContext().Data.LoadFromIdxFiles(files.Images(), files.Labels());
        Assert.Equal(
            ["Label: Key<UInt32, 0-9> {KeyValues = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9}", "Features: Vector<Byte, 1, 12, 10> {}"],
                view.Schema.Select(SchemaText.Of));
        Assert.Equal(ImageFiles.Count, view.GetRowCount());
        Assert.False(view.CanShuffle);
        Assert.Equal(Enumerable.Range(0, 20).Select(row => (uint)row % 10 + 1), Values.Scalars<uint>(view, "Label"));
        Assert.Equal(ImageFiles.Pixels.Chunk(120), Values.Vectors<byte>(view, "Features"));
        Assert.Equal(ImageFiles.Pixels.Chunk(120), Values.Vectors<byte>(view, "Features"));
    }

    [Fact]
    public void Class_names_can_be_given()
    {
        using ImageFiles files = new(compressed: false);
        string[] names = [.. Enumerable.Range(0, 12).Select(i => $"class {i}")];
        IDataView view = new MLContext().Data.LoadFromIdxFiles(files.Images(), files.Labels(), names);
        Assert.Equal($"Label: Key<UInt32, 0-11> {{KeyValues = {string.Join(", ", names)}}}", SchemaText.Of(view.Schema["Label"]));
    }

    [Fact]
    public void Cifar_files_are_read_one_after_the_other()
    {
        using TempFolder folder = new();
        byte[] records = new byte[5 * 3073];
        new Random(1).NextBytes(records);
        for (int i = 0; i < 5; i++)
            records[i * 3073] = (byte)(9 - i);
        IDataView view = new MLContext().Data.LoadFromCifar10Files(
            folder.Write("1.bin", records[..(2 * 3073)]), folder.Write("2.bin", records[(2 * 3073)..]));
        Assert.Equal(
            [
                "Label: Key<UInt32, 0-9> {KeyValues = airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck}",
                "Features: Vector<Byte, 3, 32, 32> {}",
            ], view.Schema.Select(SchemaText.Of));
        Assert.Equal(5, view.GetRowCount());
        Assert.Equal([10u, 9, 8, 7, 6], Values.Scalars<uint>(view, "Label"));
        Assert.Equal(records.Chunk(3073).Select(record => record[1..]), Values.Vectors<byte>(view, "Features"));
    }

    [Fact]
    public void The_cursor_keeps_ML_NETs_rules()
    {
        using ImageFiles files = new(compressed: true);
        IDataView view = new MLContext().Data.LoadFromIdxFiles(files.Images(), files.Labels());
        using DataViewRowCursor cursor = Assert.Single(view.GetRowCursorSet([view.Schema["Label"]], 4));
        Assert.False(cursor.IsColumnActive(view.Schema["Features"]));
        Assert.Contains("'Features'",
            Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<VBuffer<byte>>(view.Schema["Features"])).Message);
        Assert.Contains(
            "'Label'", Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<int>(view.Schema["Label"])).Message);
        ValueGetter<uint> getter = cursor.GetGetter<uint>(view.Schema["Label"]);
        ValueGetter<DataViewRowId> idGetter = cursor.GetIdGetter();
        (uint Label, DataViewRowId Id) value = default;
        Assert.Throws<InvalidOperationException>(() => getter(ref value.Label));
        for (int row = 0; row < 20; row++)
        {
            Assert.True(cursor.MoveNext());
            getter(ref value.Label);
            idGetter(ref value.Id);
            Assert.Equal(((uint)row % 10 + 1, (ulong)row, (long)row), (value.Label, value.Id.Low, cursor.Position));
        }
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
        Assert.False(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => getter(ref value.Label));
    }
}
