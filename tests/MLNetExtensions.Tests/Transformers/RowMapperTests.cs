using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Tests.Transformers;

/// <summary>Single rows, as prediction engines score them.</summary>
public sealed class RowMapperTests
{
    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void Needs_the_features_for_scores_and_nothing_else(string task)
    {
        TaskCase @case = TaskCase.All[task];
        TableView table = @case.Test;
        Assert.True(@case.Model.IsRowToRowMapper);
        IRowToRowMapper mapper = @case.Model.GetRowToRowMapper(table.Schema);
        Assert.Same(table.Schema, mapper.InputSchema);
        Assert.Equal(["Features"], Dependencies("Score"));
        Assert.Equal(["Label"], Dependencies("Label"));
        Assert.Equal(["Label", "Features"], Dependencies("Label", "Score"));
        Assert.Equal([], Dependencies());

        string[] Dependencies(params string[] names) =>
            [.. mapper.GetDependencies(names.Select(name => mapper.OutputSchema[name])).Select(column => column.Name)];
    }

    [Fact]
    public void A_row_gives_the_values_of_its_input_beside_the_scores()
    {
        TaskCase @case = TaskCase.All["regression"];
        TableView table = @case.Test;
        float[] expected = Values.Floats(@case.Model.Transform(table)), labels = Values.Scalars<float>(table, "Label");
        IRowToRowMapper mapper = @case.Model.GetRowToRowMapper(table.Schema);
        DataViewRowCursor cursor = table.GetRowCursor(table.Schema);
        using DataViewRow row = mapper.GetRow(cursor, mapper.OutputSchema);
        ValueGetter<float> score = row.GetGetter<float>(mapper.OutputSchema["Score"]),
            label = row.GetGetter<float>(mapper.OutputSchema["Label"]);
        (float Score, float Label) value = default;
        for (int i = 0; cursor.MoveNext(); i++)
        {
            score(ref value.Score);
            label(ref value.Label);
            Assert.Equal(expected[i], value.Score, 1e-3f);
            Assert.Equal((labels[i], (long)i), (value.Label, row.Position));
        }
    }

    [Fact]
    public void A_column_that_is_not_active_has_no_getter()
    {
        TaskCase @case = TaskCase.All["regression"];
        TableView table = @case.Test;
        IRowToRowMapper mapper = @case.Model.GetRowToRowMapper(table.Schema);
        using DataViewRow row = mapper.GetRow(table.GetRowCursor(table.Schema), [mapper.OutputSchema["Label"]]);
        Assert.False(row.IsColumnActive(mapper.OutputSchema["Score"]));
        Assert.Contains("'Score'",
            Assert.Throws<ArgumentOutOfRangeException>(() => row.GetGetter<float>(mapper.OutputSchema["Score"])).Message);
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void Scoring_a_row_allocates_nothing(string task)
    {
        TaskCase @case = TaskCase.All[task];
        FixedRow input = new(new TableView(new Points(1, 1).Column).Schema["Features"], new Points(1, 50));
        IRowToRowMapper mapper = @case.Model.GetRowToRowMapper(input.Schema);
        using DataViewRow row = mapper.GetRow(input, mapper.OutputSchema);
        Action read = task switch
        {
            "binary" => Reader<bool>("PredictedLabel") + Reader<float>("Score") + Reader<float>("Probability"),
            "regression" => Reader<float>("Score"),
            "anomaly" => Reader<bool>("PredictedLabel") + Reader<float>("Score"),
            _ => Reader<uint>("PredictedLabel") + Reader<VBuffer<float>>("Score"),
        };
        Read(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Read(int count)
        {
            for (int i = 0; i < count; i++)
            {
                input.MoveNext();
                read();
            }
        }

        Action Reader<T>(string column)
        {
            ValueGetter<T> getter = row.GetGetter<T>(mapper.OutputSchema[column]);
            T value = default!;
            return () => getter(ref value);
        }
    }

    /// <summary>A row that moves on and allocates nothing.</summary>
    private sealed class FixedRow : DataViewRow
    {
        private readonly Points _points;
        private long _position = -1;

        public FixedRow(Column features, Points points)
        {
            DataViewSchema.Builder schema = new();
            schema.AddColumn(features.Name, features.Type);
            (Schema, _points) = (schema.ToSchema(), points);
        }

        public override DataViewSchema Schema { get; }

        public override long Position => _position;

        public override long Batch => 0;

        public void MoveNext() => _position++;

        public override bool IsColumnActive(Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(Column column)
        {
            ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> value) =>
            {
                float[] row = _points.Features[_position % _points.Features.Length];
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, row.Length);
                row.CopyTo(editor.Values);
                value = editor.Commit();
            };
            return (ValueGetter<TValue>)(Delegate)getter;
        }
    }
}
