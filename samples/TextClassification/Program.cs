using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Trainers;
using Samples;
using Samples.TextClassification;

Option<string?> data = new("--data")
{
    Description = "a file of texts and classes: a table with tabs or commas, or CLASS:subclass QUESTION as TREC's .label files " +
        "(default: TREC's questions in MLNETEXT_DATA or from their source)",
};
Option<string?> test = new("--test") { Description = "a file of the same form to measure with (default: --folds, or a fifth of --data)" };
Option<string?> label = new("--label") { Description = "the column of classes, by its name or its number from 0" };
Option<string?> text = new("--text") { Description = "the column of texts, by its name or its number from 0" };
Option<int?> folds = SampleProgram.OptionalCount("--folds", "cross-validates --data in so many parts");
Option<string> network = new("--network") { Description = "what classifies", DefaultValueFactory = _ => TextNetworks.TextCnn };
network.AcceptOnlyFromAmong([.. TextNetworks.Names]);
Option<int?> seeds = SampleProgram.OptionalCount("--seeds", "runs with other weights, without --folds (default: 5 on TREC, else 1)");
Option<int?> epochs = SampleProgram.OptionalCount("--epochs", "passes over the texts");
Option<int?> length = SampleProgram.OptionalCount("--length", "the words at which a text is cut (default: what 99 of 100 have)");
Option<double?> target = new("--target")
{
    Description = "the accuracy below which the sample fails (default: 0.905 on TREC, elsewhere the share of the most frequent class)",
};
Option<string> save = new("--save") { Description = "where the last model is saved", DefaultValueFactory = _ => "text.zip" };
RootCommand root = new("Learns to tell classes of texts.") { data, test, label, text, folds, network, seeds, epochs, length, target, save };
root.SetAction((arguments, _) => RunAsync(arguments));
return await SampleProgram.RunAsync(root, args);

async Task<int> RunAsync(ParseResult arguments)
{
    Stopwatch watch = Stopwatch.StartNew();
    TextSet set = await TextSet.FindAsync(
        arguments.GetValue(data), arguments.GetValue(test), arguments.GetValue(label), arguments.GetValue(text));
    string chosen = arguments.GetValue(network)!;
    int words = arguments.GetValue(length) ?? set.UsualLength();
    Console.WriteLine($"{set}; cut at {words} words");

    List<Quality> runs = [];
    bool bitEqual = true;
    foreach ((string name, int seed, IReadOnlyList<LabelledText> training, IReadOnlyList<LabelledText> measured) in
        set.Runs(arguments.GetValue(folds), arguments.GetValue(seeds)))
    {
        MLContext ml = new(seed);
        IDataView unseen = ml.Data.LoadFromEnumerable(measured);
        NeuralNetworkMulticlassTrainer.Options options =
            TextNetworks.Options(chosen, arguments.GetValue(epochs), words, seed);
        ITransformer model = RunProgress.Show(name, progress =>
        {
            options.Progress = progress;
            IEstimator<ITransformer> words = WordSplitter.Create(ml);
            foreach ((string column, Func<TextWords, string[]> values) in WordSplitter.Columns)
                words = words.Append(ml.Transforms.Conversion.MapValueToKey(column, keyData: TextSet.Vocabulary(ml, training, values)));
            return words
                .Append(ml.Transforms.Conversion.MapValueToKey("Label", nameof(LabelledText.Category), keyData: set.Classes(ml)))
                .Append(ml.MulticlassClassification.Trainers.NeuralNetwork(options))
                .Fit(ml.Data.LoadFromEnumerable(training));
        });
        IDataView scored = model.Transform(unseen);
        runs.Add(Quality.Of(ml.MulticlassClassification.Evaluate(scored).ConfusionMatrix, set.Rarest));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: accuracy {runs[^1].Accuracy:P2}, F1 {runs[^1].MacroF1:F3}, of '{set.Names[set.Rarest]}' {runs[^1].RareF1:F3}, " +
            $"{watch.Elapsed.TotalSeconds:F0} s"));
        string path = arguments.GetValue(save)!;
        ml.Model.Save(model, unseen.Schema, path);
        bitEqual &= Scores(Load(path).Transform(unseen)).SequenceEqual(Scores(scored));
        (model as IDisposable)?.Dispose();
    }

    Quality mean = Quality.Mean(runs);
    double limit = arguments.GetValue(target) ?? (set.IsTrec ? 0.905 : set.MostFrequentShare);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"result accuracy={mean.Accuracy:F4} macro_f1={mean.MacroF1:F4} rare_f1={mean.RareF1:F4} rare={set.Names[set.Rarest]} " +
        $"runs={runs.Count} target={limit:F4} network={chosen} bit_equal={(bitEqual ? "true" : "false")} " +
        $"seconds={watch.Elapsed.TotalSeconds:F1}"));
    return mean.Accuracy >= limit && bitEqual ? 0 : 1;
}

static ITransformer Load(string path)
{
    MLContext ml = new();
    ml.ComponentCatalog.RegisterAssembly(typeof(WordSplitter).Assembly);
    return ml.Model.Load(path, out _);
}

static IEnumerable<float> Scores(IDataView scored) => scored.GetColumn<float[]>("Score").SelectMany(row => row);
