using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Pixels as channels×height×width and as height×width×channels: told apart, reordered, or refused.</summary>
public sealed class PixelOrderTests
{
    private const int Rows = 12;

    /// <summary>The column's dimensions, the option, what the network sees, and whether the pixels are reordered.</summary>
    public static TheoryData<int[], int[]?, int[], bool> Told => new()
    {
        { [3, 8, 6], null, [3, 8, 6], false },
        { [8, 6, 3], null, [3, 8, 6], true },
        { [8, 8, 3], null, [3, 8, 8], true },
        { [8, 6, 1], null, [1, 8, 6], true },
        { [6, 8, 4], null, [4, 6, 8], true },
        { [3, 4, 4], null, [3, 4, 4], false },
        { [16, 2, 2], null, [16, 2, 2], false },
        { [16, 1, 1], null, [16, 1, 1], false },
        { [1, 9, 3], null, [1, 9, 3], false },
        { [8, 9, 6], null, [8, 9, 6], false },
        // A shape in that order says what the dimensions don't.
        { [8, 8, 6], [6, 8, 8], [6, 8, 8], true },
        { [4, 5, 3], [3, 4, 5], [3, 4, 5], true },
        { [4, 5, 3], [4, 5, 3], [4, 5, 3], false },
        { [8, 9, 6], [6, 9, 8], [6, 9, 8], false },
        { [8, 8, 8], [8, 8, 8], [8, 8, 8], false },
        // Flat, so the order is the network's business; but reordered where it is known.
        { [8, 6, 3], [144], [144], true },
        { [3, 3, 3], [27], [27], false },
        { [144], [3, 8, 6], [3, 8, 6], false },
        { [144], null, [144], false },
    };

    [Theory]
    [MemberData(nameof(Told))]
    public void The_network_sees_channels_first(int[] column, int[]? inputShape, int[] seen, bool interleaved)
    {
        NeuralNetworkTransformer model =
            Fit(Table(column), out TensorShape shape, options => options.InputShape = Shape(inputShape));
        Assert.Equal(new TensorShape(seen), shape);
        Assert.Equal(column, ((VectorDataViewType)model.FeatureColumnType).Dimensions);
        int[] image = interleaved ? [column[2], column[0], column[1]] : column;
        NeuralNetworkTransformer same = Fit(Table(column, image), out _, options => options.InputShape = Shape(seen));
        Assert.Equal(Values.Floats(same.Transform(Table(column, image))), Values.Floats(model.Transform(Table(column))));
    }

    [Fact]
    public void The_user_has_the_last_word()
    {
        TableView cube = Table([3, 3, 3]), planes = Table([3, 3, 3], [3, 3, 3], interleaved: true);
        float[] asPlanes = Score(cube, false), asPixels = Score(cube, true);
        Assert.NotEqual(asPlanes, asPixels);
        Assert.Equal(asPixels, Score(planes, false));

        Fit(Table([8, 6, 3]), out TensorShape shape, options => options.InterleavedPixels = false);
        Assert.Equal(new TensorShape(8, 6, 3), shape);

        // A vector that lost its dimensions, in a Concatenate for instance.
        float[] flat = Values.Floats(Fit(Table([144]), out _, options =>
        {
            options.InputShape = new(3, 8, 6);
            options.InterleavedPixels = true;
        }).Transform(Table([144])));
        Assert.Equal(Values.Floats(Fit(Table([8, 6, 3]), out _).Transform(Table([8, 6, 3]))), flat);

        static float[] Score(TableView table, bool interleaved) => Values.Floats(
            Fit(table, out _, options => options.InterleavedPixels = interleaved).Transform(table));
    }

    [Theory]
    [InlineData(new[] { 3, 3, 3 }, null, "its dimensions don't tell", "InterleavedPixels")]
    [InlineData(new[] { 3, 3, 3 }, new[] { 3, 3, 3 }, "its dimensions don't tell", "InterleavedPixels")]
    [InlineData(new[] { 4, 4, 3 }, null, "its dimensions don't tell", "InterleavedPixels")]
    [InlineData(new[] { 8, 6, 3 }, new[] { 8, 6, 3 }, "can't be seen as [8×6×3]", "set InputShape to [3×8×6]")]
    [InlineData(new[] { 8, 6, 3 }, new[] { 3, 6, 8 }, "can't be seen as [3×6×8]", "set InputShape to [3×8×6]")]
    [InlineData(new[] { 144 }, new[] { 8, 6, 3 }, "is to be seen as [8×6×3]", "set InputShape to [3×8×6]")]
    public void What_can_not_be_told_is_refused(int[] column, int[]? inputShape, string problem, string remedy)
    {
        TableView table = Table(column);
        string message = Assert.Throws<ArgumentOutOfRangeException>(
            () => Fit(table, out _, options => options.InputShape = Shape(inputShape))).Message;
        Assert.Contains("feature column 'Features'", message);
        Assert.Contains("interleavePixelColors: true", message);
        Assert.Contains(problem, message);
        Assert.Contains(remedy, message);
        Assert.Equal(0, table.CursorsOpened);
    }

    [Fact]
    public void A_network_that_sees_the_pixels_otherwise_than_the_column_is_refused()
    {
        NeuralNetworkTrainer trainer = TaskCase.All["regression"].Trainer(new MLContext(), options => options.Architecture =
            (_, outputs) => NetworkDefinition.Build(new(6, 8, 8), layers => layers.Flatten().Linear(outputs)));
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(Table([8, 8, 6]))).Message;
        Assert.Contains("The network takes [6×8×8]", message);
        Assert.Contains("seen as [8×8×6]", message);
        Assert.Contains("interleavePixelColors", message);
    }

    [Fact]
    public void Interleaved_pixels_without_dimensions_need_a_shape() => Assert.Contains(
        "Set InputShape to [channels×height×width]", Assert.Throws<ArgumentOutOfRangeException>(
            () => Fit(Table([144]), out _, options => options.InterleavedPixels = true)).Message);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_saved_model_scores_both_orders(bool interleaved)
    {
        TableView pixels = Table([8, 6, 3]), planes = Table([8, 6, 3], [3, 8, 6]), flat = Table([144]);
        NeuralNetworkTransformer model = Fit(interleaved ? pixels : planes, out _);
        MLContext ml = new();
        using MemoryStream zip = new();
        ml.Model.Save(model, pixels.Schema, zip);
        zip.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(zip, out _);
        float[] expected = Values.Floats(model.Transform(interleaved ? pixels : planes));
        Assert.Equal(expected, Values.Floats(loaded.Transform(pixels)));
        Assert.Equal(expected, Values.Floats(loaded.Transform(planes)));
        // Flat ones lie as those that the network was trained on.
        Assert.Equal(interleaved, expected.SequenceEqual(Values.Floats(loaded.Transform(flat))));
        Values.Close(expected, RowByRow(loaded, pixels), 1e-3);

        string message = Assert.Throws<ArgumentOutOfRangeException>(() => loaded.Transform(Table([6, 8, 3]))).Message;
        Assert.Contains("feature column 'Features'", message);
    }

    [Fact]
    public void A_validation_set_in_the_other_order_is_measured_as_in_the_same()
    {
        TableView pixels = Table([8, 6, 3]), planes = Table([8, 6, 3], [3, 8, 6]);
        Assert.Equal(Losses(pixels, pixels), Losses(pixels, planes));
        Assert.Equal(Losses(pixels, pixels), Losses(planes, pixels));

        static IEnumerable<double?> Losses(TableView train, TableView validation) =>
            [.. Trainer(out _).Fit(train, validation).History.Select(epoch => epoch.ValidationLoss)];
    }

    [Fact]
    public void Bytes_are_reordered_as_numbers_are()
    {
        float[] ofBytes = Scores(Table<byte>([8, 6, 3], [8, 6, 3], NumberDataViewType.Byte, value => (byte)value));
        Assert.Equal(Scores(Table([8, 6, 3])), ofBytes);

        static float[] Scores(TableView table) => Values.Floats(Fit(table, out _).Transform(table));
    }

    private static TensorShape? Shape(int[]? dimensions) => dimensions is null ? null : new(dimensions);

    private static NeuralNetworkTransformer Fit(
        TableView table, out TensorShape seen, Action<NeuralNetworkOptions>? configure = null)
    {
        NeuralNetworkTrainer trainer = Trainer(out Func<TensorShape> shape, configure);
        NeuralNetworkTransformer model = trainer.Fit(table);
        seen = shape();
        return model;
    }

    /// <summary>A trainer of a network that gives every value a weight of its own, so that each order has other scores.</summary>
    private static NeuralNetworkTrainer Trainer(out Func<TensorShape> seen, Action<NeuralNetworkOptions>? configure = null)
    {
        TensorShape? shape = null;
        seen = () => shape!;
        return TaskCase.All["regression"].Trainer(new MLContext(), options =>
        {
            options.Architecture = (input, outputs) =>
            {
                shape = input;
                return NetworkDefinition.Build(input, layers => _ = input.Rank == 1
                    ? layers.Linear(outputs)
                    : layers.Flatten().Linear(outputs));
            };
            (options.Epochs, options.LearningRate, options.Seed) = (2, 0.01, 1);
            configure?.Invoke(options);
        });
    }

    private static float[] RowByRow(ITransformer model, TableView table)
    {
        using DataViewRowCursor cursor = table.GetRowCursor(table.Schema);
        IRowToRowMapper mapper = model.GetRowToRowMapper(table.Schema);
        using DataViewRow row = mapper.GetRow(cursor, [mapper.OutputSchema["Score"]]);
        ValueGetter<float> score = row.GetGetter<float>(mapper.OutputSchema["Score"]);
        List<float> scores = [];
        while (cursor.MoveNext())
        {
            float value = 0;
            score(ref value);
            scores.Add(value);
        }
        return [.. scores];
    }

    private static TableView Table(int[] pixels) => Table(pixels, pixels);

    /// <summary>The same images in every order: drawn as <paramref name="drawn"/> and, where the column is of the other order,
    /// their pixels put channel after channel.</summary>
    private static TableView Table(int[] drawn, int[] column, bool interleaved = false) =>
        Table<float>(drawn, column, NumberDataViewType.Single, value => value, interleaved);

    private static TableView Table<T>(
        int[] drawn, int[] column, NumberDataViewType item, Func<int, T> convert, bool interleaved = false)
    {
        Random random = new(1);
        int size = drawn.Aggregate((product, dimension) => product * dimension);
        int[][] images =
            [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Range(0, size).Select(_ => random.Next(256)).ToArray())];
        if (interleaved || !drawn.SequenceEqual(column))
            images = [.. images.Select(image => Enumerable.Range(0, size)
                .Select(i => image[i % (size / drawn[2]) * drawn[2] + i / (size / drawn[2])]).ToArray())];
        return new(
            TableColumn.Single("Label", Enumerable.Range(0, Rows).Select(row => (float)row)),
            TableColumn.Vector("Features", item, images.Select(image => image.Select(convert).ToArray()), column));
    }
}
