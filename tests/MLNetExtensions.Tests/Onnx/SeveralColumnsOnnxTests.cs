using Microsoft.ML;
using Microsoft.ML.Transforms.Onnx;
using static MLNetExtensions.Tests.Parcels;

namespace MLNetExtensions.Tests.Onnx;

/// <summary>Networks of several columns through ML.NET's converter to ONNX.</summary>
public sealed class SeveralColumnsOnnxTests
{
    [Fact]
    public void Numbers_and_categories_score_as_the_zip()
    {
        MLContext ml = new(seed: 1);
        // The converter takes every column for an input of the graph.
        IDataView Columns(IDataView parcels) => ml.Transforms.SelectColumns(nameof(Parcel.CityName), Weight, Sides, Price).Fit(parcels).Transform(parcels);
        IDataView train = Columns(View(ml, 1, 100));
        ITransformer model = ml.Transforms.Conversion.MapValueToKey(City, nameof(Parcel.CityName)).Append(ml.Regression.Trainers.NeuralNetwork(new()
        {
            FeatureColumnNames = [City, Weight, Sides], Epochs = 3,
        })).Fit(train);
        List<Parcel> rows = Rows(2, 20);
        rows[3].CityName = "Atlantis";
        rows[5].Weight = float.NaN;
        IDataView test = Columns(ml.Data.LoadFromEnumerable(rows));
        using TempFolder folder = new();
        string path = folder.Write("model.onnx", OnnxScores.Convert(ml, model, train));
        using OnnxTransformer onnx = ml.Transforms.ApplyOnnxModel(["Score.output"], [nameof(Parcel.CityName), Weight, Sides, Price], path).Fit(test);
        float[] expected = Values.Floats(model.Transform(test));
        Assert.Equal(float.NaN, expected[5]);
        Values.Close(expected, [.. Values.Vectors<float>(onnx.Transform(test), "Score").SelectMany(row => row)], 1e-4);
    }

    [Fact]
    public void Sequences_are_named()
    {
        MLContext ml = new(seed: 1);
        IDataView train = View(ml, 1, 60);
        ITransformer model = Keys(ml).Append(
            ml.Regression.Trainers.NeuralNetwork(new() { FeatureColumnNames = Columns, Epochs = 1 })).Fit(train);
        Assert.Contains("feature column 'Tags' has keys can't be converted", Assert.Throws<NotSupportedException>(
            () => OnnxScores.Convert(ml, model, train)).Message);
    }
}
