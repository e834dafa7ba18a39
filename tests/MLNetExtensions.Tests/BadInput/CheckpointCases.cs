using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Checkpoints that are damaged, or of another run than the one that is to go on from them: the message names the file
/// and says how to start afresh.</summary>
internal static class CheckpointCases
{
    private const string StartAfresh = "Choose another folder, delete the file, or set Resume to false.";

    private static readonly TaskCase Task = TaskCase.All["regression"];

    public static IEnumerable<BadInputCase> All =>
    [
        Broken("nothing", _ => [], "truncated"),
        Broken("its first half", content => content[..(content.Length / 2)], "truncated"),
        Broken("bytes of something else", _ => [.. "these are no weights at all"u8], "not a valid safetensors file"),
        Broken("a model", _ => Bytes(stream => Task.Model.Model.Save(stream)), "no valid checkpoint",
            "Delete it to start afresh"),
        Broken("bare weights", _ => Bytes(stream => SafeTensors.Write(stream, Task.Model.Model.Weights)), "no valid checkpoint",
            "Delete it to start afresh"),
        OfOther("another network", options => options.Architecture = (shape, outputs) =>
            NetworkDefinition.Build(shape, network => network.Linear(outputs)), "is of another network"),
        OfOther("another learning rate", options => options.LearningRate = 0.5, "is of another run",
            "learning rate 0.01 there and 0.5 here"),
        OfOther("another optimiser", options => options.Optimizer = new Sgd(), "is of another run", "optimizer"),
        OfOther("another seed", options => options.Seed = 6, "is of another run", "seed 5 there and 6 here"),
        OfOther("other batches", options => options.BatchSize = 64, "is of another run", "of 32", "of 64"),
        OfOther("another loss", options => options.Loss = new HuberLoss(), "is of another run", "loss"),
        OfOther("fewer epochs", options => options.Epochs = 1, "is of epoch 2, but this run would have ended after epoch 1"),
        BadInputCase.Of<InvalidOperationException>("checkpoint: of other rows", () => AfterARun(folder =>
            Fit(folder, _ => { }, new Points(7, 100))), "checkpoint.safetensors' is of another run", "training set", StartAfresh),
    ];

    private static BadInputCase Broken(string what, Func<byte[], byte[]> damage, params string[] words) =>
        BadInputCase.Of<FormatException>($"checkpoint: {what}", () => AfterARun(folder =>
        {
            string path = Path.Combine(folder, TrainingCheckpoint.FileName);
            File.WriteAllBytes(path, damage(File.ReadAllBytes(path)));
            Fit(folder, _ => { });
        }), ["checkpoint.safetensors'", .. words]);

    private static BadInputCase OfOther(string what, Action<NeuralNetworkOptions> configure, params string[] words) =>
        BadInputCase.Of<InvalidOperationException>($"checkpoint: {what}", () => AfterARun(folder => Fit(folder, configure)),
            ["checkpoint.safetensors'", .. words, StartAfresh]);

    private static void AfterARun(Action<string> act)
    {
        using TempFolder folder = new();
        Fit(folder.File("run"), _ => { });
        act(folder.File("run"));
    }

    private static void Fit(string folder, Action<NeuralNetworkOptions> configure, Points? points = null) =>
        Task.Trainer(new MLContext(), options =>
        {
            (options.Epochs, options.Checkpoints) = (2, new(folder));
            configure(options);
        }).Fit(Task.Table(points ?? new(1, 100)));

    private static byte[] Bytes(Action<Stream> write)
    {
        using MemoryStream stream = new();
        write(stream);
        return stream.ToArray();
    }
}
