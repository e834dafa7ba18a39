using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Generation;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Samples;
using Samples.LanguageModel;
using Samples.Tables;

Option<string?> data = new("--data")
{
    Description = "a text file (default: text/tinyshakespeare.txt in MLNETEXT_DATA, else it is downloaded)",
};
Option<string> save = new("--save")
{
    Description = "where the weights are saved", DefaultValueFactory = _ => "language-model.safetensors",
};
Option<int> steps = SampleProgram.Count("--steps", "training steps of 12 windows of 64 characters", defaultValue: 2000);
Option<int> length = SampleProgram.Count("--length", "characters of the text that the model writes", defaultValue: 500);
Option<double> temperature = new("--temperature")
{
    Description = "how bold the text is: 0 takes the likeliest character", DefaultValueFactory = _ => 0.8,
};
Option<double?> target = new("--target")
{
    Description = "the validation loss above which the sample fails (default: 1.88 on Shakespeare after 2,000 steps, else none)",
};
RootCommand root = new("Trains a small transformer to write like a text, character by character.")
{
    data, save, steps, length, temperature, target,
};
root.SetAction(arguments => Run(
    arguments.GetValue(data), arguments.GetValue(save)!, arguments.GetValue(steps), arguments.GetValue(length),
    arguments.GetValue(temperature), arguments.GetValue(target)));
return await SampleProgram.RunAsync(root, args);

static async Task<int> Run(string? path, string savePath, int steps, int length, double temperature, double? target)
{
    // The settings of nanoGPT's run on a processor, whose validation loss is 1.88.
    const int Context = 64, BatchSize = 12, PublishedSteps = 2000;
    const double PublishedLoss = 1.88;
    PublicFile shakespeare = new(
        new("https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"),
        "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed");
    (string? file, string origin) = await SampleData.FindAsync(path, Path.Combine("text", "tinyshakespeare.txt"), shakespeare);
    if (file is null)
        throw new FileNotFoundException($"There is no text: {origin}. Name a file with --data.");
    Console.WriteLine($"Data: {origin}");
    if (path is null && steps >= PublishedSteps)
        target ??= PublishedLoss;

    Stopwatch watch = Stopwatch.StartNew();
    CharacterText text = new(TextContent.Read(file), Context);
    NetworkDefinition definition =
        TransformerLanguageModel.Create(text.Characters.Length, Context, layers: 4, heads: 4, features: 128, bias: false);
    Console.WriteLine($"{text.TrainedLength:N0} characters to learn from, {text.Characters.Length} different ones");
    Console.WriteLine($"{definition.ParameterCount:N0} parameters in {definition.Nodes.Length} layers");

    TrainingData validation = text.ValidationWindows();
    TrainingResult result = NetworkTrainer.Fit(
        definition, ManagedEngine.Default, text.Windows(steps * BatchSize), validation,
        new()
        {
            Loss = new SequenceCrossEntropyLoss(text.Characters.Length),
            Epochs = 1,
            BatchSize = BatchSize,
            LearningRate = 1e-3,
            Optimizer = new AdamW(Beta2: 0.99, WeightDecay: 0.1) { DecayMatricesOnly = true },
            Schedule = new WarmupCosine(WarmupSteps: 100, MinimumRate: 1e-4),
            GradientClipNorm = 1,
            Seed = 1,
        },
        progress: new ProgressLines());
    EpochRecord epoch = result.History[^1];
    double loss = epoch.ValidationLoss!.Value, seconds = watch.Elapsed.TotalSeconds;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"validation loss {loss:F4} nats a character, accuracy {epoch.ValidationMetric:P1}, on {validation.Count * Context:N0}"));
    result.Model.Save(savePath);

    using TokenGenerator generator = new(result.Model);
    generator.Append(Array.IndexOf(text.Characters, '\n') is >= 0 and var line ? line : 0);
    watch.Restart();
    string written = string.Concat(
        generator.Generate(new(temperature, Seed: 1)).Take(length).Select(id => text.Characters[id]));
    double rate = length / watch.Elapsed.TotalSeconds;
    Console.WriteLine($"--- {written.Length} characters that the model wrote ---\n{written}\n---");

    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"result loss={loss:F4} accuracy={epoch.ValidationMetric:F4} steps={steps} parameters={definition.ParameterCount} " +
        $"characters_per_second={rate:F0} peak_mib={Process.GetCurrentProcess().PeakWorkingSet64 >> 20} seconds={seconds:F1}"));
    return target is null || loss <= target ? 0 : 1;
}
