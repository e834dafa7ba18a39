using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetExtensions.Conformance;

/// <summary>What no recorded case shows of views, vectors and prediction engines. Holds for the real library too.</summary>
public sealed class DataViewTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void A_slice_of_a_sparse_vector_keeps_its_values_and_moves_its_indices()
    {
        var vector = new VBuffer<float>(8, 3, [1, 2, 3], [1, 4, 6]);
        VBuffer<float> slice = default;
        vector.CopyTo(ref slice, 2, 5);
        Assert.Equal(5, slice.Length);
        Assert.False(slice.IsDense);
        Assert.Equal([2, 3], slice.GetValues().ToArray());
        Assert.Equal([2, 4], slice.GetIndices().ToArray());
        Assert.Equal([0, 0, 2, 0, 3], slice.DenseValues());
    }

    [Fact]
    public void A_slice_of_a_sparse_vector_without_zeros_becomes_dense()
    {
        var vector = new VBuffer<float>(5, 3, [1, 2, 3], [1, 2, 3]);
        VBuffer<float> slice = default;
        vector.CopyTo(ref slice, 1, 3);
        Assert.True(slice.IsDense);
        Assert.Equal([1, 2, 3], slice.GetValues().ToArray());
        Assert.Equal(0, slice.GetIndices().Length);
    }

    [Fact]
    public void The_items_of_a_sparse_vector_are_its_explicit_ones_unless_all_are_asked_for()
    {
        var vector = new VBuffer<double>(4, 2, [5, 6, 99], [0, 3]);
        Assert.Equal([(0, 5.0), (3, 6.0)], vector.Items().Select(i => (i.Key, i.Value)));
        Assert.Equal([(0, 5.0), (1, 0.0), (2, 0.0), (3, 6.0)], vector.Items(all: true).Select(i => (i.Key, i.Value)));
        Assert.Equal([5, 0, 0, 6], Enumerable.Range(0, 4).Select(i => vector.GetItemOrDefault(i)));
        Assert.Throws<ArgumentOutOfRangeException>(() => vector.GetItemOrDefault(4));
        var target = new double[] { 1, 1, 1, 1, 1, 1 };
        vector.CopyTo(target, 1, defaultValue: -1);
        Assert.Equal([1, 5, -1, -1, 6, 1], target);
    }

    [Fact]
    public void An_editor_reuses_the_arrays_and_can_end_with_fewer_values()
    {
        var vector = new VBuffer<float>(4, [1, 2, 3, 4]);
        var dense = VBufferEditor.Create(ref vector, 3);
        dense.Values[0] = 9;
        vector = dense.Commit();
        Assert.Equal([9, 2, 3], vector.DenseValues());

        var sparse = VBufferEditor.Create(ref vector, 10, 4);
        (sparse.Values[0], sparse.Indices[0]) = (7, 2);
        (sparse.Values[1], sparse.Indices[1]) = (8, 5);
        vector = sparse.CommitTruncated(2);
        Assert.Equal("Sparse vector of size 10, 2 explicit values", vector.ToString());
        Assert.Equal([0, 0, 7, 0, 0, 8, 0, 0, 0, 0], vector.DenseValues());
    }

    [Theory]
    [InlineData(4, 5, 2)] // more values than slots
    [InlineData(-1, 0, 2)]
    [InlineData(4, 3, 2)] // more values than the array has
    public void A_vector_that_does_not_fit_its_arrays_is_refused(int length, int count, int available) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new VBuffer<float>(length, count, new float[available], new int[available]));

    [Fact]
    public void The_last_column_of_a_name_hides_the_others()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("B", new VectorDataViewType(NumberDataViewType.Single, 2, 3));
        builder.AddColumn("A", new KeyDataViewType(typeof(uint), 5));
        var schema = builder.ToSchema();
        Assert.Equal(2, schema["A"].Index);
        Assert.Equal([true, false, false], schema.Select(c => c.IsHidden));
        Assert.Equal(["A: Single", "B: Vector<Single, 2, 3>", "A: Key<UInt32, 0-4>"], schema.Select(c => c.ToString()));
        Assert.Null(schema.GetColumnOrNull("C"));
        Assert.Throws<ArgumentOutOfRangeException>(() => schema["C"]);
    }

    [Fact]
    public void Types_are_equal_by_what_they_say()
    {
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 6),
            (object)new VectorDataViewType(NumberDataViewType.Single, 6));
        Assert.NotEqual(new VectorDataViewType(NumberDataViewType.Single, 6),
            (object)new VectorDataViewType(NumberDataViewType.Single, 2, 3));
        Assert.Equal(new KeyDataViewType(typeof(byte), 3), (object)new KeyDataViewType(typeof(byte), 3));
        Assert.NotEqual(new KeyDataViewType(typeof(byte), 3), (object)new KeyDataViewType(typeof(uint), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), 256));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(int), 2));
    }

    [Fact]
    public void Only_the_columns_that_are_needed_are_asked_of_the_source()
    {
        var source = new WatchedView(_ml.Data.LoadFromEnumerable(new[] { new Row { A = 1, B = 2 }, new Row { A = 3, B = 4 } }));
        var output = _ml.Transforms.Concatenate("F", "A").Append(_ml.Transforms.NormalizeMinMax("N", "B")).Fit(source)
            .Transform(source);
        source.Asked.Clear();
        Assert.Equal([0.5f, 1f], output.GetColumn<float>("N"));
        Assert.Equal(["B"], source.Asked);
        source.Asked.Clear();
        Assert.Equal([[1f], [3f]], output.GetColumn<float[]>("F"));
        Assert.Equal(["A"], source.Asked);
    }

    [Fact]
    public void Predicting_into_the_same_object_allocates_nothing()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new Row { A = 1, B = 2 }, new Row { A = 4, B = 8 } });
        var model = _ml.Transforms.Concatenate("F", "A", "B").Append(_ml.Transforms.NormalizeMinMax("F")).Fit(data);
        using var engine = _ml.Model.CreatePredictionEngine<Row, Features>(model);
        var (example, prediction) = (new Row { A = 2, B = 2 }, new Features());
        for (var i = 0; i < 100; i++) engine.Predict(example, ref prediction);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) engine.Predict(example, ref prediction);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal([0.5f, 0.25f], prediction.F);
    }

    [StandInFact]
    public void A_save_that_fails_leaves_the_file_as_it_was()
    {
        var path = Temp.File(".zip");
        var data = _ml.Data.LoadFromEnumerable(new[] { new Row { A = 1 } });
        _ml.Model.Save(_ml.Transforms.Concatenate("F", "A").Fit(data), data.Schema, path);
        var saved = File.ReadAllBytes(path);
        var unsavable = _ml.Transforms.CustomMapping<Row, Features>((_, _) => { }, contractName: null).Fit(data);
        Assert.Throws<InvalidOperationException>(() => _ml.Model.Save(unsavable, data.Schema, path));
        Assert.Equal(saved, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path), $"{Path.GetFileName(path)}*"));
    }

    public sealed class Row
    {
        public float A { get; set; }
        public float B { get; set; }
    }

    public sealed class Features
    {
        public float[] F { get; set; }
    }

    private sealed class WatchedView(IDataView view) : IDataView
    {
        public SortedSet<string> Asked { get; } = [];

        public DataViewSchema Schema => view.Schema;

        public bool CanShuffle => view.CanShuffle;

        public long? GetRowCount() => view.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        {
            Asked.UnionWith(columnsNeeded.Select(c => c.Name));
            return view.GetRowCursor(columnsNeeded, rand);
        }

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];
    }
}
