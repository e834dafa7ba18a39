using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Reporting.TensorBoard;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Reporting.Tests.TensorBoard;

public sealed class TensorBoardWriterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    // The known answer of CRC-32C (RFC 3720, B.4) through the mask of the record format.
    [InlineData("123456789", 0xe3069283)]
    [InlineData("", 0u)]
    public void Checksums_are_those_of_the_format(string text, uint crc) => Assert.Equal(
        ((crc >> 15) | (crc << 17)) + 0xa282ead8, RecordFile.MaskedChecksum(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Records_read_back_with_good_checksums()
    {
        string path;
        using (TensorBoardWriter writer = new(_folder.File("run")))
        {
            path = writer.FilePath;
            writer.AddScalar("validation/loss", 3, 0.25);
            writer.AddHistogram("weights", 3, [-1, 0, 0, 3, float.NaN]);
            writer.AddImage("digit", 4, [1, 2, 3], 28, 14);
        }
        Event[] events = Read(path);
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.All(events, e => Assert.InRange(e.WallTime, 1.7e9, 4e9));

        Summary.Types.Value scalar = Assert.Single(events[1].Summary.Value);
        Assert.Equal(("validation/loss", 0.25f, 3L), (scalar.Tag, scalar.SimpleValue, events[1].Step));

        HistogramProto histogram = Assert.Single(events[2].Summary.Value).Histo;
        Assert.Equal((-1, 3, 4, 2, 10), (histogram.Min, histogram.Max, histogram.Num, histogram.Sum, histogram.SumSquares));
        Assert.Equal(30, histogram.BucketLimit.Count);
        Assert.Equal(4, histogram.Bucket.Sum());
        Assert.Equal((1, 1), (histogram.Bucket[0], histogram.Bucket[^1]));
        Assert.Equal(2, histogram.Bucket[7]);

        Summary.Types.Value image = Assert.Single(events[3].Summary.Value);
        Assert.Equal((28, 14, 3), (image.Image.Width, image.Image.Height, image.Image.EncodedImageString.Length));
    }

    [Fact]
    public void A_record_can_be_read_before_the_file_is_closed()
    {
        using TensorBoardWriter writer = new(_folder.File("run"));
        writer.AddScalar("loss", 1, 2);
        Assert.Equal(2, Read(writer.FilePath).Length);
    }

    [Fact]
    public void An_epoch_has_its_curves_and_none_that_was_not_measured()
    {
        using TensorBoardWriter writer = new(_folder.File("run"));
        writer.AddHistory(new("accuracy", [
            new(1, 0.7, null, 0.001, 1, 100),
            new(2, 0.5, 0.6, 0.0005, 1, 100) { Metrics = new("accuracy", 0.8), ValidationMetrics = new("accuracy", 0.9) }]));
        string[] curves = [.. Read(writer.FilePath).Skip(1).Select(e => $"{e.Summary.Value[0].Tag} {e.Step}")];
        Assert.Equal(
            ["training/loss 1", "learning rate 1", "examples per second 1", "training/loss 2",
                "training/accuracy 2", "validation/loss 2", "validation/accuracy 2", "learning rate 2", "examples per second 2"],
            curves);
    }

    [Fact]
    public void Hyper_parameters_are_those_that_are_set()
    {
        string path;
        using (TensorBoardWriter writer = new(_folder.File("run 1")))
        {
            path = writer.FilePath;
            writer.AddHyperParameters(new NeuralNetworkBinaryTrainer.Options
            {
                Epochs = 7, LearningRate = 0.25, Optimizer = new Sgd(),
            });
        }
        HParamsPluginData[] data = [.. Read(path).Skip(1)
            .Select(e => e.Summary.Value[0].Metadata.PluginData).Where(plugin => plugin.PluginName == "hparams")
            .Select(plugin => HParamsPluginData.Parser.ParseFrom(plugin.Content))];
        SessionStartInfo start = data[0].SessionStartInfo;
        Assert.Equal("run 1", start.GroupName);
        Assert.Equal(7, start.Hparams["Epochs"].NumberValue);
        Assert.Equal(0.25, start.Hparams["LearningRate"].NumberValue);
        Assert.Equal("Sgd", start.Hparams["Optimizer"].StringValue);
        Assert.Equal("Label", start.Hparams["LabelColumnName"].StringValue);
        Assert.DoesNotContain("ExampleWeightColumnName", start.Hparams.Keys);
        Assert.Equal(1, data[^1].SessionEndInfo.Status);
    }

    [Fact]
    public void A_callback_writes_each_epoch_of_a_run_and_the_weights_on_request()
    {
        InMemoryTrainingData<float> data = new(new(2), [1, 2, 3, 4], [0, 1]);
        TrainingOptions options = new()
        {
            Loss = new BinaryCrossEntropyLoss(), Epochs = 2, Callbacks = [new TensorBoardLog(_folder.File("run"), Histograms: true)],
        };
        TrainingResult result = NetworkTrainer.Fit(
            NetworkDefinition.Build(new(2), network => network.Linear(1)), ManagedEngine.Default, data, data, options);
        Event[] events = Read(Assert.Single(Directory.GetFiles(_folder.File("run"))));
        Summary.Types.Value[] losses = [.. Values("training/loss")];
        Assert.Equal(result.History.Select(epoch => (float)epoch.Loss), losses.Select(value => value.SimpleValue));
        Assert.Equal(2, Values("validation/accuracy").Count());
        HistogramProto last = Values("weights/0.weight").Last().Histo;
        Assert.Equal(2, last.Num);
        Assert.Equal(result.Model.Weights["0.weight"].Values.Max(), last.Max);

        IEnumerable<Summary.Types.Value> Values(string tag) =>
            events.Skip(1).Select(written => written.Summary.Value[0]).Where(value => value.Tag == tag);
    }

    public void Dispose() => _folder.Dispose();

    private static Event[] Read(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using MemoryStream content = new();
        stream.CopyTo(content);
        ReadOnlySpan<byte> bytes = content.ToArray();
        List<Event> events = [];
        while (!bytes.IsEmpty)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            Assert.Equal(RecordFile.MaskedChecksum(bytes[..8]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
            ReadOnlySpan<byte> data = bytes.Slice(12, length);
            Assert.Equal(RecordFile.MaskedChecksum(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes[(12 + length)..]));
            events.Add(Event.Parser.ParseFrom(data));
            bytes = bytes[(16 + length)..];
        }
        return [.. events];
    }
}
