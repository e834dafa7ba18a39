using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Persistence;

/// <summary>The values behind a label's keys come back from the file, whatever their type.</summary>
public sealed class KeyValuesTests
{
    public static TheoryData<string> Types => [.. Makers.Keys];

    private static readonly Dictionary<string, Action> Makers = new()
    {
        ["Text"] = () =>
            RequireValues(TextDataViewType.Instance, "α \"quoted\"".AsMemory(), ReadOnlyMemory<char>.Empty, "c".AsMemory()),
        ["Boolean"] = () => RequireValues(BooleanDataViewType.Instance, false, true, false),
        ["SByte"] = () => RequireValues<sbyte>(NumberDataViewType.SByte, -128, 0, 127),
        ["Byte"] = () => RequireValues<byte>(NumberDataViewType.Byte, 0, 1, 255),
        ["Int16"] = () => RequireValues<short>(NumberDataViewType.Int16, short.MinValue, 0, short.MaxValue),
        ["UInt16"] = () => RequireValues<ushort>(NumberDataViewType.UInt16, 0, 1, ushort.MaxValue),
        ["Int32"] = () => RequireValues(NumberDataViewType.Int32, int.MinValue, 0, int.MaxValue),
        ["UInt32"] = () => RequireValues<uint>(NumberDataViewType.UInt32, 0, 1, uint.MaxValue),
        ["Int64"] = () => RequireValues(NumberDataViewType.Int64, long.MinValue, 0, long.MaxValue),
        ["UInt64"] = () => RequireValues<ulong>(NumberDataViewType.UInt64, 0, 1, ulong.MaxValue),
        ["Single"] = () => RequireValues(NumberDataViewType.Single, -0.1f, 1e-30f, float.MaxValue),
        ["Double"] = () => RequireValues(NumberDataViewType.Double, -0.1, 1e-300, double.MaxValue),
        ["DateTime"] = () => RequireValues(
            DateTimeDataViewType.Instance, new DateTime(2024, 2, 29, 1, 2, 3), DateTime.MinValue, DateTime.MaxValue),
        ["DateTimeOffset"] = () => RequireValues(
            DateTimeOffsetDataViewType.Instance, new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(5)),
                DateTimeOffset.MinValue, DateTimeOffset.MaxValue),
        ["TimeSpan"] = () =>
            RequireValues(TimeSpanDataViewType.Instance, new TimeSpan(1, 2, 3, 4, 5), TimeSpan.Zero, TimeSpan.MinValue),
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Come_back_from_the_file(string type) => Makers[type]();

    /// <summary>Keys of keys could be written and not be read again.</summary>
    [Fact]
    public void That_are_keys_stay_outside_and_the_model_comes_back() => Assert.DoesNotContain(
        Loaded<uint>(new KeyDataViewType(typeof(uint), 5), [5, 1, 3])["PredictedLabel"].Annotations.Schema,
        annotation => annotation.Name == "KeyValues");

    private static DataViewSchema Loaded<T>(PrimitiveDataViewType type, T[] values)
    {
        MLContext ml = new();
        Points points = new(1, 40);
        TableView table = new(
            TableColumn.Key("Label", points.Classes.Select(value => value + 1), 3,
                TableColumn.Annotation("KeyValues", type, values)), points.Column);
        NeuralNetworkTransformer model = ml.MulticlassClassification.Trainers.NeuralNetwork(numberOfEpochs: 1).Fit(table);
        using MemoryStream zip = new();
        ml.Model.Save(model, table.Schema, zip);
        zip.Position = 0;
        return ml.Model.Load(zip, out _).GetOutputSchema(table.Schema);
    }

    private static void RequireValues<T>(PrimitiveDataViewType type, params T[] values)
    {
        DataViewSchema schema = Loaded(type, values);
        VBuffer<T> found = default;
        schema["PredictedLabel"].Annotations.GetValue("KeyValues", ref found);
        Assert.Equal(values.Select(Comparable), found.DenseValues().Select(Comparable));
        schema["Score"].Annotations.GetValue("TrainingLabelValues", ref found);
        Assert.Equal(values.Select(Comparable), found.DenseValues().Select(Comparable));
    }

    // Memory of characters is equal only to itself.
    private static object? Comparable<T>(T value) => value is ReadOnlyMemory<char> text ? text.ToString() : value;
}
