using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Samples.Diabetes;

/// <summary>Shows that a saved pipeline scores the same in another process, to the last bit.</summary>
public static class SavedModel
{
    private sealed class Prediction
    {
        public float Score { get; set; }
        public float Probability { get; set; }
        public bool PredictedLabel { get; set; }
    }

    /// <summary>Fingerprints of all scores: by Transform and by a PredictionEngine.</summary>
    public static string[] Fingerprints(MLContext ml, ITransformer model, string path)
    {
        IDataView table = DiabetesTable.Load(ml, path);
        IDataView scored = model.Transform(table);
        float[] scores = [.. scored.GetColumn<float>(nameof(Prediction.Score)), .. scored.GetColumn<float>(nameof(Prediction.Probability))];

        using PredictionEngine<Patient, Prediction> engine = ml.Model.CreatePredictionEngine<Patient, Prediction>(model);
        float[] single = [.. ml.Data.CreateEnumerable<Patient>(table, reuseRowObject: true).Select(patient => engine.Predict(patient).Score)];
        return [Hash(scores), Hash(single)];
    }

    /// <summary>What the second process does: a plain load, then the fingerprints.</summary>
    public static void Score(string modelPath, string dataPath)
    {
        MLContext ml = new();
        ITransformer model = ml.Model.Load(modelPath, out _);
        foreach (string fingerprint in Fingerprints(ml, model, dataPath))
            Console.WriteLine(fingerprint);
    }

    /// <summary>Starts this program again to load and score the model.</summary>
    /// <exception cref="InvalidOperationException">The second process failed; its output is in the message.</exception>
    public static string[] ScoreInAnotherProcess(string modelPath, string dataPath)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Started as 'dotnet Diabetes.dll', the process is dotnet and needs the name of the program.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        foreach (string argument in (ReadOnlySpan<string>)["score", modelPath, dataPath])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : throw new InvalidOperationException($"The second process ended with {process.ExitCode}: {errors.Result}");
    }

    private static string Hash(float[] values) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));
}
