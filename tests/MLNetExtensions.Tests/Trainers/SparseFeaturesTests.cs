using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Sparse features give what the same values give with their zeros.</summary>
public sealed class SparseFeaturesTests
{
    private const int Width = 2000;

    [Theory]
    [MemberData(nameof(TaskCase.LabelledNames), MemberType = typeof(TaskCase))]
    public void Training_and_scoring_are_those_of_dense_features_to_the_bit(string task)
    {
        SparseText train = new(1, 300, Width), test = new(2, 100, Width);
        NeuralNetworkTransformer sparse = Train(task, train.View(task)), dense = Train(task, train.View(task, sparse: false));
        Assert.Equal(dense.History.Select(epoch => epoch.Loss), sparse.History.Select(epoch => epoch.Loss));
        Assert.True(sparse.History[^1].Loss < 0.5 * sparse.History[0].Loss);

        float[] expected = Values.Floats(dense.Transform(test.View(task, sparse: false)));
        Assert.Equal(expected, Values.Floats(sparse.Transform(test.View(task))));
        Assert.Equal(expected, Values.Floats(sparse.Transform(test.View(task, sparse: false))));
        IRowToRowMapper mapper = sparse.GetRowToRowMapper(test.View(task).Schema);
        Assert.Equal(expected, RowByRow(mapper, test.View(task)));
        Assert.Equal(expected, RowByRow(mapper, test.View(task, sparse: false)));
    }

    [Fact]
    public void Sparse_and_dense_rows_may_take_turns()
    {
        SparseText text = new(1, 100, Width);
        TableView sparse = text.View("binary"), dense = text.View("binary", sparse: false);
        NeuralNetworkTransformer model = Train("binary", sparse);
        float[] expected = Values.Floats(model.Transform(sparse));
        float[][] denseRows = Values.Vectors<float>(dense, "Features");
        (int[] Indices, float[] Values)[] rows = [.. denseRows.Select((row, number) => Stored(row, all: number % 3 == 0))];
        TableView mixed = new(text.Label("binary"), TableColumn.Sparse("Features", NumberDataViewType.Single, Width, rows));
        Assert.Equal(expected, Values.Floats(model.Transform(mixed)));
        Assert.Equal(expected, Values.Floats(Train("binary", mixed).Transform(sparse)));

        static (int[], float[]) Stored(float[] row, bool all)
        {
            int[] indices = [.. Enumerable.Range(0, row.Length).Where(i => all || row[i] != 0)];
            return (indices, [.. indices.Select(i => row[i])]);
        }
    }

    /// <summary>A text of unknown words only, for instance: it has features, all of them 0.</summary>
    [Fact]
    public void A_row_that_stores_nothing_is_no_missing_one()
    {
        const int Size = 6;
        (int[] Indices, float[] Values)[] rows =
            [.. Enumerable.Range(0, 90).Select(row => row % 3 == 0 ? ([], []) : (new[] { row % Size }, new[] { 1f }))];
        TableColumn label = TableColumn.Boolean("Label", Enumerable.Range(0, 90).Select(row => row % 3 == 0));
        TableView sparse = new(label, TableColumn.Sparse("Features", NumberDataViewType.Single, Size, rows));
        TableView dense = new(label, TableColumn.Vector("Features", NumberDataViewType.Single, rows.Select(row =>
        {
            float[] values = new float[Size];
            foreach ((int index, float value) in row.Indices.Zip(row.Values))
                values[index] = value;
            return values;
        })));
        ContextLog log = new();
        NeuralNetworkTransformer model = Train(sparse), same = Train(dense);
        Assert.Empty(log.Warnings);
        float[] expected = Values.Floats(same.Transform(dense));
        Assert.All(expected, score => Assert.True(float.IsFinite(score)));
        Assert.Equal(expected, Values.Floats(model.Transform(sparse)));
        Assert.Equal(expected, RowByRow(model.GetRowToRowMapper(sparse.Schema), sparse));

        NeuralNetworkTransformer Train(TableView table) => TaskCase.All["binary"].Trainer(log.Context, options => options.Epochs = 2).Fit(table);
    }

    [Fact]
    public void Bytes_too()
    {
        (int[] Indices, byte[] Values)[] rows = [.. Enumerable.Range(0, 200).Select(row =>
            (new[] { row % 2, 2 + row % 398, 400 + row }, new[] { (byte)200, (byte)row, (byte)(255 - row) }))];
        byte[][] dense = [.. rows.Select(row =>
        {
            byte[] values = new byte[600];
            for (int i = 0; i < 3; i++)
                values[row.Indices[i]] = row.Values[i];
            return values;
        })];
        TableColumn label = TableColumn.Boolean("Label", Enumerable.Range(0, 200).Select(row => row % 2 == 0));
        TableView sparseView = new(label, TableColumn.Sparse("Features", NumberDataViewType.Byte, 600, rows));
        TableView denseView = new(label, TableColumn.Vector("Features", NumberDataViewType.Byte, dense));
        float[] expected = Values.Floats(Train("binary", denseView).Transform(denseView));
        Assert.Equal(expected, Values.Floats(Train("binary", sparseView).Transform(sparseView)));
    }

    [Fact]
    public void Rows_with_a_missing_value_are_skipped_and_score_NaN()
    {
        SparseText text = new(1, 40, Width);
        (int[], float[])[] rows = [.. Enumerable.Range(0, 40)
            .Select(row => (new[] { row % 4, 50 }, new[] { 1f, row == 7 ? float.NaN : 2 }))];
        TableView view = new(text.Label("binary"), TableColumn.Sparse("Features", NumberDataViewType.Single, Width, rows));
        ContextLog log = new();
        NeuralNetworkTransformer model = TaskCase.All["binary"].Trainer(log.Context).Fit(view);
        Assert.Contains(log.Warnings, line => line.Contains("Skipped 1 rows of 40"));
        float[] scores = Values.Floats(model.Transform(view));
        Assert.Equal([7], Enumerable.Range(0, 40).Where(row => float.IsNaN(scores[row])));
    }

    [Theory]
    [InlineData("MinMax")]
    [InlineData("MeanVariance")]
    [InlineData("LpNorm")]
    public void Normalised_pipelines_cross_validation_and_files(string normaliser)
    {
        MLContext ml = new(seed: 1);
        SparseText text = new(1, 300, 400);
        IEstimator<ITransformer> preparation = normaliser switch
        {
            "MinMax" => ml.Transforms.NormalizeMinMax("Features"),
            "MeanVariance" => ml.Transforms.NormalizeMeanVariance("Features"),
            _ => ml.Transforms.NormalizeLpNorm("Features"),
        };
        IEstimator<ITransformer> pipeline = preparation.Append(TaskCase.All["binary"].Trainer(ml));
        ITransformer sparse = pipeline.Fit(text.View("binary")), dense = pipeline.Fit(text.View("binary", sparse: false));
        float[] expected = Values.Floats(dense.Transform(text.View("binary", sparse: false)));
        Values.Close(expected, Values.Floats(sparse.Transform(text.View("binary"))), 1e-3);

        using MemoryStream zip = new();
        ml.Model.Save(sparse, text.View("binary").Schema, zip);
        zip.Position = 0;
        Assert.Equal(
            Values.Floats(sparse.Transform(text.View("binary"))),
            Values.Floats(ml.Model.Load(zip, out _).Transform(text.View("binary"))));

        double[] folds = CrossValidate(sparse: true), denseFolds = CrossValidate(sparse: false);
        Assert.All(folds.Zip(denseFolds), fold => Assert.Equal(fold.Second, fold.First, 2e-3));
        Assert.All(folds, auc => Assert.True(auc > 0.55, $"{auc}"));

        double[] CrossValidate(bool sparse) =>
            [.. ml.BinaryClassification.CrossValidateNonCalibrated(text.View("binary", sparse), pipeline, 3, seed: 1)
                .Select(fold => fold.Metrics.AreaUnderRocCurve)];
    }

    [Fact]
    public void Permutation_feature_importance_finds_the_words_that_decide()
    {
        MLContext ml = new(seed: 1);
        SparseText text = new(1, 400, 60, words: 4);
        NeuralNetworkTransformer model = Train("binary", text.View("binary"));
        double[] changes = [.. ml.BinaryClassification
            .PermutationFeatureImportance(model, text.View("binary"), permutationCount: 1)
            .Select(metrics => metrics.AreaUnderRocCurve.Mean)];
        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 60).OrderBy(slot => changes[slot]).Take(4).Order());
    }

    [Fact]
    public void Cursors_read_fewer_rows_ahead_where_they_are_wide()
    {
        SparseText text = new(1, 40, 1 << 21);
        NeuralNetworkTransformer model = new MLContext(seed: 1).BinaryClassification.Trainers.NeuralNetwork(new()
        {
            Architecture = (shape, outputs) => NetworkDefinition.Build(shape, layers => layers.Linear(outputs)),
            Epochs = 1,
        }).Fit(text.View("binary"));
        TableView view = text.View("binary");
        IDataView scored = model.Transform(view);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        Assert.True(cursor.MoveNext());
        Assert.Equal(2, view.RowsRead);
    }

    [Fact]
    public void Weights_that_cannot_be_held_are_said_to_be_before_anything_is_read()
    {
        SparseText text = new(1, 40, 1 << 30);
        TableView view = text.View("binary");
        NeuralNetworkBinaryTrainer trainer = new MLContext().BinaryClassification.Trainers.NeuralNetwork();
        InsufficientMemoryException error = Assert.Throws<InsufficientMemoryException>(() => trainer.Fit(view));
        Assert.Contains("The 68,719,478,913 weights for the 1,073,741,824 features of the column 'Features'", error.Message);
        Assert.Contains("1024.0 GiB", error.Message);
        Assert.Contains("Train on fewer features", error.Message);
        Assert.Equal(0, view.RowsRead);
    }

    [Fact]
    public void A_batch_that_cannot_be_held_dense_is_said_to_be_with_its_column()
    {
        // Pooling has no use for sparse rows, and 4,096 of these are 16 TiB.
        SparseText text = new(1, 4096, 1 << 30);
        NeuralNetworkBinaryTrainer trainer = new MLContext().BinaryClassification.Trainers.NeuralNetwork(new()
        {
            InputShape = new(1, 1 << 15, 1 << 15),
            Architecture = (shape, outputs) =>
                NetworkDefinition.Build(shape, layers => layers.AdaptiveAvgPool2d().Flatten().Linear(outputs)),
            BatchSize = 4096,
        });
        InsufficientMemoryException error = Assert.Throws<InsufficientMemoryException>(() => trainer.Fit(text.View("binary")));
        Assert.Contains("Not enough memory to train on the feature column 'Features'", error.Message);
        Assert.Contains("GiB of memory, but the process can have", error.Message);
        Assert.Contains("smaller batch", error.Message);
    }

    private static NeuralNetworkTransformer Train(string task, IDataView view) => TaskCase.All[task]
        .Trainer(new MLContext(), options => options.Epochs = 5).Fit(view);

    private static float[] RowByRow(IRowToRowMapper mapper, IDataView view)
    {
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        using DataViewRow row = mapper.GetRow(cursor, mapper.OutputSchema);
        List<float> scores = [];
        DataViewSchema.Column column = mapper.OutputSchema["Score"];
        if (column.Type is VectorDataViewType)
        {
            ValueGetter<VBuffer<float>> read = row.GetGetter<VBuffer<float>>(column);
            VBuffer<float> values = default;
            while (cursor.MoveNext())
            {
                read(ref values);
                scores.AddRange(values.DenseValues());
            }
        }
        else
        {
            ValueGetter<float> read = row.GetGetter<float>(column);
            float value = 0;
            while (cursor.MoveNext())
            {
                read(ref value);
                scores.Add(value);
            }
        }
        return [.. scores];
    }
}
