using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Transformers;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Tests.Transformers;

/// <summary>The transformed data behaves as ML.NET's own does: lazy, in order, other columns untouched.</summary>
public sealed class ScoringViewTests
{
    private static readonly TaskCase Case = TaskCase.All["multiclass with text keys"];

    [Fact]
    public void Nothing_is_read_before_a_cursor_moves()
    {
        TableView table = Case.Test;
        IDataView scored = Case.Model.Transform(table);
        Assert.Equal(300, scored.GetRowCount());
        Assert.Equal(0, table.CursorsOpened);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<uint> getter = cursor.GetGetter<uint>(scored.Schema["PredictedLabel"]);
        Assert.Equal((1, 0), (table.CursorsOpened, table.RowsRead));

        Assert.True(cursor.MoveNext());
        Assert.InRange(table.RowsRead, 1, 16);
        uint value = 0;
        getter(ref value);
        Assert.InRange(value, 1u, 3u);
    }

    [Fact]
    public void Only_columns_that_are_needed_are_active()
    {
        TableView table = Case.Test;
        IDataView scored = Case.Model.Transform(table);

        scored.GetRowCursor([scored.Schema["Score"]]).Dispose();
        Assert.Equal(["Features"], table.LastColumns);
        scored.GetRowCursor([scored.Schema["Score"], scored.Schema["Label"]]).Dispose();
        Assert.Equal(["Label", "Features"], table.LastColumns);
        scored.GetRowCursor([scored.Schema["Label"]]).Dispose();
        Assert.Equal(["Label"], table.LastColumns);
        scored.GetRowCursor([]).Dispose();
        Assert.Equal([], table.LastColumns);
        Assert.Equal((4, 0, 0), (table.CursorsOpened, table.CursorsOpen, table.RowsRead));
    }

    [Fact]
    public void A_column_that_was_not_asked_for_has_no_getter()
    {
        IDataView scored = Case.Model.Transform(Case.Test);
        foreach (string active in (string[])["Score", "Label"])
        {
            using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema[active]]);
            Assert.True(cursor.IsColumnActive(scored.Schema[active]));
            Assert.False(cursor.IsColumnActive(scored.Schema["PredictedLabel"]));
            ArgumentOutOfRangeException e =
                Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<uint>(scored.Schema["PredictedLabel"]));
            Assert.Contains("'PredictedLabel'", e.Message);
        }
    }

    [Fact]
    public void A_getter_of_another_type_is_refused()
    {
        IDataView scored = Case.Model.Transform(Case.Test);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        foreach (string column in (string[])["Score", "Label"])
            Assert.Contains($"'{column}'",
                Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(scored.Schema[column])).Message);
    }

    [Fact]
    public void A_getter_before_the_first_row_or_behind_the_last_throws()
    {
        IDataView scored = Case.Model.Transform(Case.Test);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<uint> label = cursor.GetGetter<uint>(scored.Schema["Label"]),
            predicted = cursor.GetGetter<uint>(scored.Schema["PredictedLabel"]);
        uint value = 0;
        Require(-1);
        Assert.Equal(300, Count(cursor));
        Require(-1);
        Assert.False(cursor.MoveNext());

        void Require(long position)
        {
            Assert.Equal(position, cursor.Position);
            Assert.Throws<InvalidOperationException>(() => label(ref value));
            Assert.Throws<InvalidOperationException>(() => predicted(ref value));
        }
    }

    [Fact]
    public void Rows_keep_their_order_positions_ids_and_other_values()
    {
        const int Rows = 700;
        Points points = new(1, Rows);
        int[] numbers = [.. Enumerable.Range(0, Rows)];
        TableView table = new(
            points.Column,
            TableColumn.Scalar("Number", NumberDataViewType.Int32, numbers),
            TableColumn.Text("Name", numbers.Select(number => $"row {number}")),
            TableColumn.Vector("Vector", NumberDataViewType.Double, numbers.Select(number => new[] { number, number + 0.5 })),
            TableColumn.Vector("Ragged", NumberDataViewType.Single, numbers.Select(number => new float[number % 3]), [0]),
            TableColumn.Key("Key", numbers.Select(number => (uint)number), Rows));
        IDataView scored = Case.Model.Transform(table);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<int> number = cursor.GetGetter<int>(scored.Schema["Number"]);
        ValueGetter<ReadOnlyMemory<char>> name = cursor.GetGetter<ReadOnlyMemory<char>>(scored.Schema["Name"]);
        ValueGetter<VBuffer<double>> vector = cursor.GetGetter<VBuffer<double>>(scored.Schema["Vector"]);
        ValueGetter<VBuffer<float>> ragged = cursor.GetGetter<VBuffer<float>>(scored.Schema["Ragged"]);
        ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(scored.Schema["Features"]);
        ValueGetter<uint> key = cursor.GetGetter<uint>(scored.Schema["Key"]);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        (int, ReadOnlyMemory<char>, VBuffer<double>, VBuffer<float>, VBuffer<float>, uint, DataViewRowId) v = default;
        for (int row = 0; row < Rows; row++)
        {
            Assert.True(cursor.MoveNext());
            number(ref v.Item1);
            name(ref v.Item2);
            vector(ref v.Item3);
            ragged(ref v.Item4);
            features(ref v.Item5);
            key(ref v.Item6);
            id(ref v.Item7);
            Assert.Equal((row, row, (uint)row, new DataViewRowId((ulong)row, 0)), (v.Item1, cursor.Position, v.Item6, v.Item7));
            Assert.Equal($"row {row}", v.Item2.ToString());
            Assert.Equal([row, row + 0.5], v.Item3.DenseValues());
            Assert.Equal(row % 3, v.Item4.Length);
            Assert.Equal(points.Features[row], v.Item5.DenseValues());
            Scribble(ref v.Item3);
            Scribble(ref v.Item5);
        }
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void A_value_is_the_same_however_often_it_is_asked_for_and_written_over()
    {
        IDataView scored = Case.Model.Transform(Case.Test);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        foreach (string column in (string[])["Score", "Features"])
        {
            ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(scored.Schema[column]);
            VBuffer<float> value = default;
            Assert.True(cursor.MoveNext());
            getter(ref value);
            float[] first = [.. value.DenseValues()];
            Scribble(ref value);
            getter(ref value);
            Assert.Equal(first, value.DenseValues());
        }
    }

    [Fact]
    public void Shuffled_rows_have_the_scores_that_belong_to_them()
    {
        TableView table = Case.Test;
        IDataView scored = Case.Model.Transform(table);
        Assert.True(scored.CanShuffle);
        Dictionary<ulong, float[]> expected = Read([scored.GetRowCursor(scored.Schema)], out ulong[] order);
        Dictionary<ulong, float[]> shuffled = Read([scored.GetRowCursor(scored.Schema, new Random(1))], out ulong[] otherOrder);
        Assert.NotEqual(order, otherOrder);
        Assert.Equal(order, otherOrder.Order());
        Assert.All(expected, row => Assert.Equal(row.Value, shuffled[row.Key]));
    }

    [Fact]
    public void A_set_of_cursors_has_every_row_once_and_keeps_the_batches()
    {
        TableView table = Case.Test;
        IDataView scored = Case.Model.Transform(table);
        Dictionary<ulong, float[]> expected = Read([scored.GetRowCursor(scored.Schema)], out _);
        DataViewRowCursor[] cursors = scored.GetRowCursorSet(scored.Schema, 3);
        Assert.Equal(3, cursors.Length);
        Dictionary<ulong, float[]> parts = Read(cursors, out _, (cursor, id) => Assert.Equal((long)id / 16, cursor.Batch));
        Assert.Equal(expected.Count, parts.Count);
        Assert.All(expected, row => Assert.Equal(row.Value, parts[row.Key]));
        Assert.Equal(0, table.CursorsOpen);
    }

    private static Dictionary<ulong, float[]> Read(
        DataViewRowCursor[] cursors, out ulong[] order, Action<DataViewRowCursor, ulong>? check = null)
    {
        Dictionary<ulong, float[]> rows = [];
        foreach (DataViewRowCursor cursor in cursors)
        {
            ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Score"]);
            ValueGetter<DataViewRowId> idGetter = cursor.GetIdGetter();
            VBuffer<float> score = default;
            DataViewRowId id = default;
            while (cursor.MoveNext())
            {
                getter(ref score);
                idGetter(ref id);
                check?.Invoke(cursor, id.Low);
                rows.Add(id.Low, [.. score.DenseValues()]);
            }
            cursor.Dispose();
        }
        order = [.. rows.Keys];
        return rows;
    }

    private static int Count(DataViewRowCursor cursor)
    {
        int count = 0;
        while (cursor.MoveNext())
            count++;
        return count;
    }

    private static void Scribble<T>(ref VBuffer<T> value)
    {
        VBufferEditor<T> editor = VBufferEditor.CreateFromBuffer(ref value);
        editor.Values.Clear();
        value = editor.Commit();
    }
}
