using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Transformers;

/// <summary>Rows are scored in blocks, and nobody can tell.</summary>
public sealed class BlockTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    public void Scores_equal_those_of_single_rows(int rows)
    {
        TaskCase @case = TaskCase.All["binary"];
        Points points = new(1, Math.Max(rows, 1));
        TableView table =
            new(TableColumn.Vector("Features", NumberDataViewType.Single, points.Features.Take(rows), [Points.Width]));
        float[] scores = Values.Floats(@case.Model.Transform(table));
        Assert.Equal(rows, scores.Length);
        if (rows == 0)
            return;
        float[] single = [.. Predictions.ByEngine(new MLContext(), @case.Model, points).Chunk(3).Select(row => row[0])];
        Values.Close(single, scores, 1e-6);
    }

    [Theory]
    [MemberData(nameof(TaskCase.Names), MemberType = typeof(TaskCase))]
    public void Scores_do_not_depend_on_the_block(string task)
    {
        TaskCase @case = TaskCase.All[task];
        Points points = new(1, 600);
        float[] all = Scores(points.Features);
        int width = all.Length / 600;
        foreach (int start in (int[])[1, 16, 100, 271, 599])
            Assert.Equal(Values.Bits(all[(start * width)..]), Values.Bits(Scores(points.Features[start..])));

        float[] Scores(float[][] rows) =>
            Values.Floats(@case.Model.Transform(new TableView(TableColumn.Vector("Features", NumberDataViewType.Single, rows))));
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_missing_or_infinite_feature_makes_the_row_NaN_and_leaves_the_others_alone(string task)
    {
        TaskCase @case = TaskCase.All[task];
        Points points = new(1, 300), damaged = new(1, 300);
        damaged.Features[3][1] = float.NaN;
        damaged.Features[17][0] = float.PositiveInfinity;
        damaged.Features[290][3] = float.NegativeInfinity;
        float[] expected = Values.Floats(@case.Model.Transform(new TableView(points.Column)));
        IDataView scored = @case.Model.Transform(new TableView(damaged.Column));
        float[] actual = Values.Floats(scored);
        int width = expected.Length / 300;
        foreach (int row in (int[])[3, 17, 290])
            Array.Fill(expected, float.NaN, row * width, width);
        Assert.Equal(expected, actual);

        if (task == "binary")
        {
            Assert.Equal(
                [3, 17, 290], Enumerable.Range(0, 300).Where(row => float.IsNaN(Values.Floats(scored, "Probability")[row])));
            Assert.False(Values.Scalars<bool>(scored, "PredictedLabel")[3]);
        }
        else if (task == "anomaly")
        {
            Assert.False(Values.Scalars<bool>(scored, "PredictedLabel")[3]);
        }
        else if (task != "regression")
        {
            Assert.Equal([3, 17, 290], Values.Scalars<uint>(scored, "PredictedLabel").Index().Where(row => row.Item == 0)
                .Select(row => row.Index));
        }
        float[] single = Predictions.ByEngine(new MLContext(), @case.Model, damaged);
        Assert.Equal(3 * width + (task == "binary" ? 3 : 0), single.Count(float.IsNaN));
    }

    [Fact]
    public void Large_rows_are_scored_in_smaller_blocks()
    {
        const int Pixels = 3 * 224 * 224, Rows = 40;
        MLContext ml = new();
        Random random = new(1);
        float[][] images = [.. Enumerable.Range(0, Rows).Select(_ => new float[Pixels])];
        foreach (float[] image in images)
            image[0] = random.NextSingle() - 0.5f;
        TableView table = new(
            TableColumn.Boolean("Label", images.Select(image => image[0] > 0)),
            TableColumn.Vector("Features", NumberDataViewType.Single, images, [3, 224, 224]));
        NeuralNetworkTransformer model = ml.BinaryClassification.Trainers.NeuralNetwork(
            architecture: (shape, outputs) =>
                NetworkDefinition.Build(shape, network => network.AvgPool2d(224).Flatten().Linear(outputs)),
            numberOfEpochs: 1).Fit(table);

        int before = table.RowsRead;
        IDataView scored = model.Transform(table);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        List<int> reads = [];
        while (cursor.MoveNext())
            reads.Add(table.RowsRead - before);
        Assert.Equal([.. Enumerable.Repeat(16, 16), .. Enumerable.Repeat(32, 16), .. Enumerable.Repeat(40, 8)], reads);
    }

    [Fact]
    public void Bytes_are_pixels_from_0_to_255_dense_or_sparse()
    {
        Random random = new(1);
        byte[][] images = [.. Enumerable.Range(0, 60).Select(_ => new byte[64])];
        foreach (byte[] image in images)
            random.NextBytes(image);
        uint[] labels = [.. images.Select(image => image[0] > 127 ? 2u : 1u)];
        TableView bytes =
            new(TableColumn.Key("Label", labels, 2), TableColumn.Vector("Features", NumberDataViewType.Byte, images, [1, 8, 8]));
        TableView floats = new(
            TableColumn.Key("Label", labels, 2),
            TableColumn.Vector("Features", NumberDataViewType.Single,
                images.Select(image => image.Select(pixel => (float)pixel).ToArray()), [1, 8, 8]));
        NeuralNetworkTransformer Fit(IDataView table) => new MLContext(seed: 1).MulticlassClassification.Trainers.NeuralNetwork(
            architecture: (shape, outputs) =>
                FeedForward.Create(shape, outputs, [8], normalization: new Normalize([127.5f], [64f])),
            numberOfEpochs: 2).Fit(table);

        NeuralNetworkTransformer model = Fit(bytes);
        Assert.Equal("Vector<Byte, 1, 8, 8>", model.FeatureColumnType.ToString());
        float[] scores = Values.Floats(model.Transform(bytes));
        Assert.Equal(Values.Floats(Fit(floats).Transform(floats)), scores);

        // Gaps in other places in each row: nothing may be left of the row before.
        for (int row = 0; row < images.Length; row++)
            Array.Clear(images[row], row % 40, 20);
        TableView sparse = new(TableColumn.Scalar("Features", bytes.Schema["Features"].Type, images.Select(image =>
        {
            (int Index, byte Item)[] pixels = [.. image.Index().Where(pixel => pixel.Item != 0)];
            return new VBuffer<byte>(
                image.Length, pixels.Length, [.. pixels.Select(pixel => pixel.Item)], [.. pixels.Select(pixel => pixel.Index)]);
        })));
        Assert.Equal(Values.Floats(model.Transform(bytes)), Values.Floats(model.Transform(sparse)));
    }
}
