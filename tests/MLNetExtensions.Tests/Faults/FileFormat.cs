using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Generation;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Tests.Faults;

/// <summary>A format that the library reads: valid bytes, how they are read, and what a damaged file may throw.</summary>
internal sealed record FileFormat(byte[] Valid, Action<byte[]> Read, params Type[] Exceptions)
{
    private static readonly NetworkModel Network = Make();

    /// <summary>Every format, by name.</summary>
    public static IReadOnlyDictionary<string, FileFormat> All { get; } = new Dictionary<string, FileFormat>
    {
        ["safetensors"] = new(Bytes(stream => SafeTensors.Write(stream, Network.Weights)),
            bytes => SafeTensors.Read(new MemoryStream(bytes)), typeof(FormatException)),
        ["model"] = new(Bytes(Network.Save), bytes => NetworkModel.Load(new MemoryStream(bytes)), typeof(FormatException)),
        ["network JSON"] = new(Encoding.UTF8.GetBytes(NetworkJson.Serialize(Network.Definition)),
            bytes => NetworkJson.Deserialize(Encoding.UTF8.GetString(bytes)), typeof(FormatException)),
        ["history JSON"] = new(Encoding.UTF8.GetBytes(History().ToJson()),
            bytes => TrainingHistory.FromJson(Encoding.UTF8.GetString(bytes)), typeof(FormatException)),
        ["checkpoint"] = new(Checkpoint(), ByPath(path => TrainingCheckpoint.Load(path)), typeof(FormatException)),
        ["ONNX"] = new(Bytes(stream => Network.SaveOnnx(stream)), bytes => NetworkModel.LoadOnnx(new MemoryStream(bytes)),
            typeof(FormatException), typeof(NotSupportedException), typeof(ArgumentException)),
        ["generator of rows"] = new(Generator(), ByPath(path => TabularGenerator.Load(path)), typeof(FormatException)),
        ["idx"] = Idx(compressed: false),
        ["idx.gz"] = Idx(compressed: true),
        ["CIFAR-10"] = new(new byte[2 * 3073], ByPath(path => ReadAll(new MLContext().Data.LoadFromCifar10Files(path))), typeof(FormatException)),
        ["model.zip"] = new(Zip(), LoadZip, typeof(FormatException), typeof(InvalidDataException), typeof(InvalidOperationException)),
        ["weights in the .zip"] = Entry("weights.safetensors"),
        ["network in the .zip"] = Entry("network.json"),
        ["transformer in the .zip"] = Entry("transformer.json"),
        ["history in the .zip"] = Entry("history.json"),
    };

    private static NetworkModel Make()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(1, 6, 6), layers => layers
            .Conv2d(2, 3, padding: 1).BatchNorm2d().ReLU().MaxPool2d(2).Flatten().Dropout(0.2).Linear(3));
        return new(network, NetworkWeights.Initialize(network, 1));
    }

    private static TrainingHistory History() => Fit([]).History;

    private static TrainingResult Fit(TrainingCallback[] callbacks)
    {
        float[] features = new float[36 * 4];
        return NetworkTrainer.Fit(Network.Definition, Networks.Managed.ManagedEngine.Default,
            new InMemoryTrainingData<float>(new(1, 6, 6), features, [0, 1, 2, 0]), null,
            new() { Loss = new CrossEntropyLoss(), Epochs = 2, BatchSize = 4, Callbacks = [.. callbacks] });
    }

    private static byte[] Checkpoint()
    {
        using TempFolder folder = new();
        Fit([new Checkpointing(folder.File("run"))]);
        return File.ReadAllBytes(Path.Combine(folder.File("run"), TrainingCheckpoint.FileName));
    }

    private static byte[] Generator()
    {
        using TempFolder folder = new();
        TableView table = new(
            TableColumn.Single("Number", 1, 2, float.NaN), TableColumn.Text("Text", "a", "b", "b"),
            TableColumn.Key("Key", [1, 2, 0], 2, TableColumn.TextAnnotation("KeyValues", "x", "y")));
        new MLContext().Data.TabularVariationalAutoencoder(new() { Epochs = 1, LatentSize = 2, HiddenWidths = [2] }).Fit(table)
            .Save(folder.File("rows"));
        return File.ReadAllBytes(folder.File("rows"));
    }

    private static FileFormat Idx(bool compressed)
    {
        using ImageFiles files = new(compressed);
        byte[] valid = File.ReadAllBytes(files.Images()), labels = File.ReadAllBytes(files.Labels());
        return new(valid, bytes =>
        {
            using TempFolder folder = new();
            ReadAll(new MLContext().Data.LoadFromIdxFiles(folder.Write("images", bytes), folder.Write("labels", labels)));
        }, typeof(FormatException), typeof(InvalidDataException));
    }

    private static byte[] Zip()
    {
        TaskCase @case = TaskCase.All["binary"];
        return Bytes(stream => new MLContext().Model.Save(@case.Model, @case.Test.Schema, stream));
    }

    private static FileFormat Entry(string name)
    {
        byte[] zip = Zip();
        using ZipArchive archive = new(new MemoryStream(zip));
        using Stream entry = archive.Entries.First(entry => entry.Name == name).Open();
        return new(Bytes(entry.CopyTo), bytes =>
        {
            using MemoryStream changed = new();
            changed.Write(zip);
            using (ZipArchive update = new(changed, ZipArchiveMode.Update, leaveOpen: true))
            {
                ZipArchiveEntry old = update.Entries.First(entry => entry.Name == name);
                string path = old.FullName;
                old.Delete();
                using Stream content = update.CreateEntry(path, CompressionLevel.NoCompression).Open();
                content.Write(bytes);
            }
            LoadZip(changed.ToArray());
        }, typeof(FormatException), typeof(InvalidOperationException));
    }

    private static void LoadZip(byte[] bytes)
    {
        try
        {
            (new MLContext().Model.Load(new MemoryStream(bytes), out _) as IDisposable)?.Dispose();
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            // ML.NET calls loaders by reflection.
            throw e.InnerException;
        }
        catch (Exception e) when (IsOfMLNet(e))
        {
            throw new InvalidDataException("An entry of ML.NET's own is damaged.", e);
        }
    }

    /// <summary>Whether an exception comes from ML.NET's own readers, which let through what they meet.</summary>
    private static bool IsOfMLNet(Exception e) => !new StackTrace(e).GetFrames().Any(frame =>
        frame.GetMethod()?.DeclaringType?.Assembly is { } assembly
        && (assembly == typeof(NetworkModel).Assembly || assembly == typeof(MLNetExtensions.Transformers.NeuralNetworkTransformer).Assembly));

    private static Action<byte[]> ByPath(Action<string> read) => bytes =>
    {
        using TempFolder folder = new();
        read(folder.Write("file", bytes));
    };

    private static void ReadAll(IDataView images)
    {
        using DataViewRowCursor cursor = images.GetRowCursor(images.Schema);
        ValueGetter<VBuffer<byte>> pixels = cursor.GetGetter<VBuffer<byte>>(images.Schema["Features"]);
        VBuffer<byte> row = default;
        while (cursor.MoveNext())
            pixels(ref row);
    }

    private static byte[] Bytes(Action<Stream> write)
    {
        using MemoryStream stream = new();
        write(stream);
        return stream.ToArray();
    }
}
