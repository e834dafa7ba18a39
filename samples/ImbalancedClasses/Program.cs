using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;
using Samples;
using Samples.ImbalancedClasses;
using Spectre.Console;

Option<string[]> files = new("--data")
{
    Description = "files of CIFAR-10's binary version (default: those in cifar10 of MLNETEXT_DATA)",
    AllowMultipleArgumentsPerToken = true,
};
Option<int> seeds = SampleProgram.Count("--seeds", "runs, each with other images and other weights", defaultValue: 5);
Option<int> many = SampleProgram.Count("--many", "images of a frequent class", defaultValue: 1000);
Option<int> few = SampleProgram.Count("--few", "images of a rare class", defaultValue: 100);
Option<int> epochs = SampleProgram.Count("--epochs", "passes over the images", defaultValue: 12);
RootCommand root = new("Learns five frequent and five rare classes, with and without class weights.") { files, seeds, many, few, epochs };
root.SetAction(arguments => Run(
    CifarFiles.Choose(arguments.GetValue(files) ?? [], []).Train, arguments.GetValue(seeds), arguments.GetValue(many),
    arguments.GetValue(few), arguments.GetValue(epochs)));
return await SampleProgram.RunAsync(root, args);

static int Run(IReadOnlyList<string> files, int seeds, int many, int few, int epochs)
{
    const int measured = 200;
    Stopwatch watch = Stopwatch.StartNew();
    MLContext ml = new(seed: 1);
    LabelledImage[] images =
        [.. ml.Data.CreateEnumerable<LabelledImage>(ml.Data.LoadFromCifar10Files([.. files]), reuseRowObject: false)];
    List<(double[] Plain, double[] Weighted)> recalls = [];
    for (int seed = 1; seed <= seeds; seed++)
    {
        LabelledImage[][] classes = [.. Shuffled(images, seed).GroupBy(image => image.Label).OrderBy(group => group.Key)
            .Select(group => group.ToArray())];
        // Every second class is rare. What measures is balanced.
        LabelledImage[] train = [.. classes.SelectMany((group, index) => group.Skip(measured).Take(index % 2 == 0 ? many : few))];
        LabelledImage[] test = [.. classes.SelectMany(group => group.Take(measured))];
        recalls.Add((Recalls(balanced: false), Recalls(balanced: true)));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {seed}: macro recall {recalls[^1].Plain.Average():P1}, with class weights {recalls[^1].Weighted.Average():P1}"));

        double[] Recalls(bool balanced)
        {
            using NeuralNetworkTransformer model = ml.MulticlassClassification.Trainers.NeuralNetwork(
                new NeuralNetworkMulticlassTrainer.Options
                {
                    // The mean and deviation of CIFAR-10's red, green and blue.
                    Architecture = (shape, count) => SimpleCnn.Create(
                        count, shape, dropout: 0.2, new Normalize([125.3f, 123.0f, 113.9f], [63.0f, 62.1f, 66.7f])),
                    BalanceClasses = balanced,
                    Epochs = epochs,
                    BatchSize = 64,
                    LearningRate = 2e-3,
                    Optimizer = new AdamW(),
                    Schedule = new OneCycleSchedule(),
                    Augmentations = [new RandomCrop(Padding: 4), new RandomHorizontalFlip()],
                    Seed = seed,
                }).Fit(ml.Data.LoadFromEnumerable(train));
            MulticlassClassificationMetrics metrics =
                ml.MulticlassClassification.Evaluate(model.Transform(ml.Data.LoadFromEnumerable(test)));
            return [.. metrics.ConfusionMatrix.PerClassRecall];
        }
    }

    Table table = new Table().Border(TableBorder.Rounded).Title("Recall, mean of all runs")
        .AddColumns("class", "images", "without weights", "with class weights");
    for (int i = 0; i < LabelledImage.Classes; i++)
        table.AddRow(
            $"{i}", $"{(i % 2 == 0 ? many : few)}", Percent(recalls.Average(run => run.Plain[i])),
            Percent(recalls.Average(run => run.Weighted[i])));
    AnsiConsole.Write(table);
    double plain = recalls.Average(run => run.Plain.Average()), weighted = recalls.Average(run => run.Weighted.Average());
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"result macro_recall={weighted:F4} without_weights={plain:F4} seeds={seeds} seconds={watch.Elapsed.TotalSeconds:F1}"));
    return weighted > plain ? 0 : 1;
}

static LabelledImage[] Shuffled(LabelledImage[] images, int seed)
{
    LabelledImage[] shuffled = [.. images];
    new Random(seed).Shuffle(shuffled);
    return shuffled;
}

static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
