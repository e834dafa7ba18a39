using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Tests.Faults;

/// <summary>Saving to a disk that is full or read-only: an error, and what was there before is as it was.</summary>
public sealed class DiskTests
{
    [SmallDiskFact]
    public void A_full_disk_costs_nothing_that_was_there()
    {
        using SmallDisk disk = SmallDisk.TryCreate(64)!;
        NetworkModel small = Model(4), large = Model(400);
        string path = disk.File("model.safetensors"), onnx = disk.File("model.onnx"), csv = disk.File("log.csv");
        small.Save(path);
        small.SaveOnnx(onnx);
        byte[] before = File.ReadAllBytes(path), onnxBefore = File.ReadAllBytes(onnx);
        Assert.ThrowsAny<IOException>(() => large.Save(path));
        Assert.ThrowsAny<IOException>(() => large.SaveOnnx(onnx));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(onnxBefore, File.ReadAllBytes(onnx));
        Assert.Equal(["model.onnx", "model.safetensors"], Directory.GetFiles(disk.File("")).Select(Path.GetFileName).Order());
        small.Save(path);

        // A run ends with the error, and the checkpoint before is there.
        TaskCase @case = TaskCase.All["binary"];
        Assert.ThrowsAny<IOException>(() => @case.Trainer(new MLContext(), options =>
            (options.Epochs, options.Callbacks) = (50, [new CsvLog(csv), new Checkpointing(disk.File("run"), KeepLast: 50)])).Fit(@case.Train));
        Assert.True(TrainingCheckpoint.Load(Path.Combine(disk.File("run"), TrainingCheckpoint.FileName)).History.Count > 1);
        Assert.Empty(Directory.GetFiles(disk.File("run"), "*.tmp"));
    }

    [SmallDiskFact]
    public void A_read_only_folder_is_named()
    {
        using SmallDisk disk = SmallDisk.TryCreate(64)!;
        string path = disk.File("model.safetensors");
        Model(4).Save(path);
        disk.MakeReadOnly();
        Exception e = Assert.ThrowsAny<SystemException>(() => Model(5).Save(path));
        Assert.True(e is IOException or UnauthorizedAccessException, e.ToString());
        Assert.Contains(path, e.Message);
        Assert.Equal(4, NetworkModel.Load(path).Definition.InputShape.Size);
    }

    [Fact]
    public void A_folder_that_is_a_file_is_named()
    {
        using TempFolder folder = new();
        string file = folder.Write("file", [1]);
        IOException e = Assert.ThrowsAny<IOException>(() => Model(4).Save(Path.Combine(file, "model.safetensors")));
        Assert.Contains(file, e.Message);
    }

    private static NetworkModel Model(int inputs)
    {
        NetworkDefinition network = FeedForward.Create(new(inputs), 1, [64]);
        return new(network, NetworkWeights.Initialize(network, 1));
    }
}
