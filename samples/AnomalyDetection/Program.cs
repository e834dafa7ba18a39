using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Transformers;
using Samples;
using Samples.AnomalyDetection;
using Samples.Diabetes;
using Spectre.Console;

const double Target = 0.93;
const int Seeds = 5;

Option<string?> data = new("--data")
{
    Description = "a folder with the four files of MNIST, or of a data set of its format (default: mnist in MLNETEXT_DATA)",
};
Option<string?> table = new("--table") { Description = "the diabetes table (default: that in MLNETEXT_DATA or from its source)" };
Option<int> epochs = SampleProgram.Count("--epochs", "passes over the images of a class", defaultValue: 10);
Option<int?> digits = SampleProgram.OptionalCount("--digits", "how many classes are taken for normal in turn (default: all)");
Option<string> save = new("--save")
{
    Description = "where the last detector is saved", DefaultValueFactory = _ => "detector.zip",
};
RootCommand root = new("Tells what is unlike all that an autoencoder was trained on, beside ML.NET's RandomizedPca.")
{
    data, table, epochs, digits, save,
};
root.SetAction((arguments, _) => RunAsync(
    arguments.GetValue(data), arguments.GetValue(table), arguments.GetValue(epochs), arguments.GetValue(digits),
    arguments.GetValue(save)!));
return await SampleProgram.RunAsync(root, args);

static async Task<int> RunAsync(string? folder, string? tablePath, int epochs, int? count, string modelPath)
{
    Stopwatch watch = Stopwatch.StartNew();
    MnistFiles files = MnistFiles.Choose(folder);
    (string patients, string origin, _) = await DiabetesTable.FindAsync(tablePath);
    Console.WriteLine($"Table: {origin}");

    MLContext ml = new(seed: 1);
    Digits images = Digits.Read(ml, files);
    List<(string Normal, Detection Autoencoder, Detection Pca)> rows = [];
    bool bitEqual = false;
    for (int digit = 0; digit < Math.Min(images.Classes, count ?? images.Classes); digit++)
    {
        Console.WriteLine($"Class {digit} is normal");
        IDataView normal = images.Normal(ml, digit), test = images.Test(ml, digit);
        using NeuralNetworkTransformer model = TrainingDisplay.Run(
            progress => Digits.FitAutoencoder(ml, normal, epochs, progress), metric: value => $"mean score {value:F4}");
        if (digit == 0)
            Console.WriteLine(model.Model.Definition);
        rows.Add(($"class {digit}", Detection.Of(ml, model.Transform(test)), Detection.Of(ml, Digits.FitPca(ml, normal).Transform(test))));
        ml.Model.Save(model, normal.Schema, modelPath);
        ITransformer loaded = new MLContext().Model.Load(modelPath, out _);
        bitEqual = model.Transform(test).GetColumn<float>("Score").SequenceEqual(loaded.Transform(test).GetColumn<float>("Score"));
    }
    Detection autoencoder = Detection.Mean([.. rows.Select(row => row.Autoencoder)]);
    Detection pca = Detection.Mean([.. rows.Select(row => row.Pca)]);
    (Detection Autoencoder, Detection Pca)[] tables =
        [.. Enumerable.Range(1, Seeds).Select(seed => PatientAnomalies.Run(ml, patients, seed))];
    Detection tableAutoencoder = Detection.Mean([.. tables.Select(run => run.Autoencoder)]);
    Detection tablePca = Detection.Mean([.. tables.Select(run => run.Pca)]);
    Print([.. rows, ("mean", autoencoder, pca), ($"patients without diabetes, mean of {Seeds}", tableAutoencoder, tablePca)]);
    Console.WriteLine($"Saved {modelPath}; loaded again it gives {(bitEqual ? "the same" : "OTHER")} scores.");
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"result auc={autoencoder.Auc:F4} pca={pca.Auc:F4} false_alarms={autoencoder.FalseAlarms:F4} found={autoencoder.Found:F4} " +
        $"table_auc={tableAutoencoder.Auc:F4} table_pca={tablePca.Auc:F4} classes={rows.Count} epochs={epochs} " +
        $"bit_equal={(bitEqual ? "true" : "false")} seconds={watch.Elapsed.TotalSeconds:F1}"));
    // The target is for MNIST's digits: how hard another set is nobody knows.
    return bitEqual && (!files.AreDigits() || (autoencoder.Auc >= Target && autoencoder.Auc >= pca.Auc)) ? 0 : 1;
}

static void Print(IEnumerable<(string Normal, Detection Autoencoder, Detection Pca)> rows)
{
    Table table = new Table().Border(TableBorder.Rounded).Title("Anomalies among rows that were not trained on").AddColumn("normal");
    foreach (string column in (string[])["autoencoder ROC-AUC", "false alarms", "found", "RandomizedPca ROC-AUC"])
        table.AddColumn(new TableColumn(column).RightAligned());
    foreach ((string normal, Detection autoencoder, Detection pca) in rows)
        table.AddRow(
            normal, Text($"{autoencoder.Auc:F4}"), Text($"{autoencoder.FalseAlarms:P1}"), Text($"{autoencoder.Found:P1}"),
            Text($"{pca.Auc:F4}"));
    AnsiConsole.Write(table);

    static string Text(FormattableString text) => FormattableString.Invariant(text);
}
