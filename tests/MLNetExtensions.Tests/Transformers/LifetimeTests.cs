using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Transformers;

/// <summary>Cursors, prediction engines and the model itself may be disposed in any order and used from several
/// threads.</summary>
public sealed class LifetimeTests
{
    [Fact]
    public void A_cursor_disposed_early_closes_its_input_and_disturbs_nobody()
    {
        TaskCase @case = TaskCase.All["regression"];
        TableView table = @case.Test;
        IDataView scored = @case.Model.Transform(table);
        float[] expected = Values.Floats(scored);
        using (DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema))
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(1, table.CursorsOpen);
        }
        Assert.Equal(0, table.CursorsOpen);
        DataViewRowCursor twice = scored.GetRowCursor(scored.Schema);
        twice.Dispose();
        twice.Dispose();
        Assert.False(twice.MoveNext());
        Assert.Equal(0, table.CursorsOpen);
        Assert.Equal(expected, Values.Floats(scored));
    }

    [Fact]
    public void Several_cursors_at_once_on_several_threads()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        IDataView scored = @case.Model.Transform(@case.Test);
        string expected = Values.Bits(Values.Floats(scored));
        string[] found = new string[12];
        Parallel.For(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
            found[i] = Values.Bits(Values.Floats(scored)));
        Assert.All(found, bits => Assert.Equal(expected, bits));
    }

    [Fact]
    public void Two_cursors_in_turn_on_one_thread()
    {
        TaskCase @case = TaskCase.All["regression"];
        IDataView scored = @case.Model.Transform(@case.Test);
        float[] expected = Values.Floats(scored);
        using DataViewRowCursor left = scored.GetRowCursor(scored.Schema), right = scored.GetRowCursor(scored.Schema);
        ValueGetter<float> fromLeft = left.GetGetter<float>(scored.Schema["Score"]),
            fromRight = right.GetGetter<float>(scored.Schema["Score"]);
        for (int row = 0; row < expected.Length; row++)
        {
            (float a, float b) = (0, 0);
            Assert.True(left.MoveNext() && right.MoveNext());
            fromLeft(ref a);
            fromRight(ref b);
            Assert.Equal((expected[row], expected[row]), (a, b));
        }
    }

    [Fact]
    public void Prediction_engines_on_several_threads()
    {
        TaskCase @case = TaskCase.All["binary"];
        Points points = new(1, 50);
        string expected = Values.Bits(Predictions.ByEngine(new MLContext(), @case.Model, points));
        string[] found = new string[8];
        Parallel.For(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
            found[i] = Values.Bits(Predictions.ByEngine(new MLContext(), @case.Model, points)));
        Assert.All(found, bits => Assert.Equal(expected, bits));
    }

    [Fact]
    public void A_model_is_good_for_more_after_a_prediction_engine_was_disposed_or_itself()
    {
        TaskCase @case = TaskCase.All["regression"];
        MLContext ml = new();
        NeuralNetworkTransformer model = @case.Trainer(ml, options => options.Epochs = 1)
            .Fit(@case.Train);
        Points points = new(2, 30);
        float[] transformed = Predictions.ByTransform(model, points), predicted = Predictions.ByEngine(ml, model, points);
        Assert.Equal(predicted, Predictions.ByEngine(ml, model, points));
        model.Dispose();
        model.Dispose();
        Assert.Equal(transformed, Predictions.ByTransform(model, points));
        Assert.Equal(predicted, Predictions.ByEngine(ml, model, points));
    }

    [Fact]
    public void A_row_disposes_its_input_and_gives_its_session_back_once()
    {
        TaskCase @case = TaskCase.All["regression"];
        TableView table = @case.Test;
        IRowToRowMapper mapper = @case.Model.GetRowToRowMapper(table.Schema);
        DataViewRow row = mapper.GetRow(table.GetRowCursor(table.Schema), mapper.OutputSchema);
        Assert.Equal(1, table.CursorsOpen);
        row.Dispose();
        row.Dispose();
        Assert.Equal(0, table.CursorsOpen);
    }
}
