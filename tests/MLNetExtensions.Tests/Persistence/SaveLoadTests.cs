using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Persistence;

/// <summary>A model that was saved and loaded gives the same bits, in this process and in another.</summary>
public sealed class SaveLoadTests
{
    [Theory]
    [MemberData(nameof(TaskCase.Names), MemberType = typeof(TaskCase))]
    public void A_transformer_by_itself(string task)
    {
        TaskCase @case = TaskCase.All[task];
        MLContext ml = new();
        using TempFolder folder = new();
        ml.Model.Save(@case.Model, @case.Test.Schema, folder.File("model.zip"));
        ITransformer loaded = new MLContext().Model.Load(folder.File("model.zip"), out DataViewSchema schema);

        NeuralNetworkTransformer transformer = Assert.IsType<NeuralNetworkTransformer>(loaded);
        Assert.Equal(["Label", "Features"], schema.Select(column => column.Name));
        Assert.Equal(@case.Model.FeatureColumnName, transformer.FeatureColumnName);
        Assert.Equal(@case.Model.FeatureColumnType, transformer.FeatureColumnType);
        Assert.Equal(@case.Model.Model.Definition, transformer.Model.Definition);
        Assert.Equal(@case.Model.History.ToJson(), transformer.History.ToJson());
        Assert.Equal(
            @case.Model.GetOutputSchema(schema).Skip(2).Select(SchemaText.Of),
                transformer.GetOutputSchema(schema).Skip(2).Select(SchemaText.Of));
        RequireEqualScores(ml, @case.Model, loaded);
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void In_a_chain_with_other_steps(string task)
    {
        TaskCase @case = TaskCase.All[task];
        MLContext ml = new();
        ITransformer model = ml.Transforms.NormalizeMeanVariance("Features")
            .Append(@case.Trainer(ml, options => options.Epochs = 2)).Fit(@case.Train);
        using MemoryStream zip = new();
        ml.Model.Save(model, @case.Train.Schema, zip);
        zip.Position = 0;
        RequireEqualScores(ml, model, ml.Model.Load(zip, out _));
    }

    [Fact]
    public void Another_process_gives_the_same_bits_for_every_task()
    {
        MLContext ml = new();
        using TempFolder folder = new();
        List<string> paths = [], expected = [];
        foreach (TaskCase @case in TaskCase.All.Values)
        {
            paths.Add(folder.File($"{paths.Count}.zip"));
            ml.Model.Save(@case.Model, @case.Test.Schema, paths[^1]);
            expected.Add(Values.Bits(Predictions.ByTransform(@case.Model, SecondProcess.Points)));
            expected.Add(Values.Bits(Predictions.ByEngine(ml, @case.Model, SecondProcess.Points)));
        }
        Assert.Equal(expected, SecondProcess.Run(paths));
    }

    [Fact]
    public void A_model_of_images()
    {
        MLContext ml = new();
        Random random = new(1);
        byte[][] images = [.. Enumerable.Range(0, 40).Select(_ => new byte[2 * 8 * 8])];
        foreach (byte[] image in images)
            random.NextBytes(image);
        TableView table = new(
            TableColumn.Key("Label", images.Select(image => image[0] > 127 ? 2u : 1u), 2),
            TableColumn.Vector("Features", NumberDataViewType.Byte, images, [2, 8, 8]));
        NeuralNetworkTransformer model = ml.MulticlassClassification.Trainers.NeuralNetwork(
            architecture: (shape, outputs) => SimpleCnn.Create(outputs, shape, normalization: new Normalize([127.5f], [64f])),
            numberOfEpochs: 1).Fit(table);
        using MemoryStream zip = new();
        ml.Model.Save(model, table.Schema, zip);
        zip.Position = 0;
        NeuralNetworkTransformer loaded = Assert.IsType<NeuralNetworkTransformer>(ml.Model.Load(zip, out _));
        Assert.Equal("Vector<Byte, 2, 8, 8>", loaded.FeatureColumnType.ToString());
        Assert.Equal(model.Model.Definition, loaded.Model.Definition);
        Assert.Equal(Values.Bits(Values.Floats(model.Transform(table))), Values.Bits(Values.Floats(loaded.Transform(table))));
    }

    [Fact]
    public void Anyone_can_read_the_entries()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        using MemoryStream zip = new();
        new MLContext().Model.Save(@case.Model, @case.Test.Schema, zip);
        using ZipArchive archive = new(zip);

        SafeTensorsContent weights = SafeTensors.Read(new MemoryStream(Entry("weights.safetensors")));
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], weights.Weights.Select(tensor => tensor.Key));
        Assert.Equal(@case.Model.Model.Weights["0.weight"].Values, weights.Weights["0.weight"].Values);
        Assert.Equal(@case.Model.Model.Definition, NetworkJson.Deserialize(Text("network.json")));
        Assert.Equal(3, TrainingHistory.FromJson(Text("history.json")).Count);
        JsonNode head = JsonNode.Parse(Text("transformer.json"))!["head"]!;
        Assert.Equal("multiclass", (string?)head["task"]);
        Assert.Equal(["mixed", "below", "above"], head["labels"]!["values"]!.AsArray().Select(value => (string?)value));

        byte[] Entry(string name)
        {
            ZipArchiveEntry entry = Assert.Single(archive.Entries, entry => entry.Name == name);
            using Stream stream = entry.Open();
            using MemoryStream content = new();
            stream.CopyTo(content);
            return content.ToArray();
        }

        string Text(string name) => System.Text.Encoding.UTF8.GetString(Entry(name));
    }

    [Fact]
    public void The_weights_are_a_model_by_themselves()
    {
        TaskCase @case = TaskCase.All["regression"];
        using MemoryStream zip = new();
        new MLContext().Model.Save(@case.Model, @case.Test.Schema, zip);
        using ZipArchive archive = new(zip);
        using Stream entry = archive.Entries.Single(entry => entry.Name == "weights.safetensors").Open();
        NetworkModel model = NetworkModel.Load(entry, "weights.safetensors");
        Assert.Equal(@case.Model.Model.Definition, model.Definition);
        Assert.Equal(@case.Model.Model.Weights.Select(pair => pair.Key), model.Weights.Select(pair => pair.Key));
        Assert.All(@case.Model.Model.Weights, pair => Assert.Equal(pair.Value.Values, model.Weights[pair.Key].Values));
    }

    /// <summary>The definition was in network.json alone.</summary>
    [Fact]
    public void Files_of_the_first_versions_are_read()
    {
        TaskCase @case = TaskCase.All["regression"];
        MLContext ml = new();
        using MemoryStream zip = new();
        ml.Model.Save(@case.Model, @case.Test.Schema, zip);
        using (ZipArchive archive = new(zip, ZipArchiveMode.Update, leaveOpen: true))
        {
            ZipArchiveEntry entry = archive.Entries.Single(entry => entry.Name == "weights.safetensors");
            string path = entry.FullName;
            entry.Delete();
            using Stream stream = archive.CreateEntry(path).Open();
            SafeTensors.Write(stream, @case.Model.Model.Weights);
        }
        zip.Position = 0;
        RequireEqualScores(ml, @case.Model, ml.Model.Load(zip, out _));
    }

    [Fact]
    public void Saving_again_what_was_loaded_gives_the_same_entries()
    {
        TaskCase @case = TaskCase.All["regression"];
        MLContext ml = new();
        using MemoryStream first = new(), second = new();
        ml.Model.Save(@case.Model, @case.Test.Schema, first);
        first.Position = 0;
        ml.Model.Save(ml.Model.Load(first, out DataViewSchema schema), schema, second);
        using ZipArchive left = new(first), right = new(second);
        foreach (string name in (string[])["weights.safetensors", "network.json", "transformer.json", "history.json"])
            Assert.Equal(Content(left, name), Content(right, name));

        static string Content(ZipArchive archive, string name)
        {
            using StreamReader reader =
                new(archive.Entries.Single(entry => entry.Name == name).Open(), System.Text.Encoding.Latin1);
            return reader.ReadToEnd();
        }
    }

    private static void RequireEqualScores(MLContext ml, ITransformer expected, ITransformer actual)
    {
        Points points = new(4, 100);
        Assert.Equal(Predictions.ByTransform(expected, points), Predictions.ByTransform(actual, points));
        Assert.Equal(Predictions.ByEngine(ml, expected, points), Predictions.ByEngine(ml, actual, points));
    }
}
