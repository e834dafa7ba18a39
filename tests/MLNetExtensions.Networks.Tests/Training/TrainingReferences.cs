using System.Text.Json;

namespace MLNetExtensions.Networks.Tests;

/// <summary>What PyTorch computed, recorded by Data/make_training_references.py.</summary>
internal static class TrainingReferences
{
    private static readonly Document Recorded = Read();

    public static LossCase[] Losses => Recorded.Losses;

    public static ScheduleCases Schedules => Recorded.Schedules;

    private static Document Read()
    {
        using Stream stream = typeof(TrainingReferences).Assembly.GetManifestResourceStream("training_references.json")!;
        return JsonSerializer.Deserialize<Document>(stream, new JsonSerializerOptions(JsonSerializerDefaults.Web))!;
    }

    public sealed record LossCase(
        string Loss, JsonElement Parameters, double[] Outputs, float[] Targets, float[] Weights, double Mean, double[] Gradient);

    public sealed record ScheduleCases(
        int Epochs, int StepsPerEpoch, double BaseRate, double[] PlateauLosses, Dictionary<string, double[]> Rates);

    private sealed record Document(LossCase[] Losses, ScheduleCases Schedules);
}
