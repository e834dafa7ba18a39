namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>The files that a workload and its result are handed over in.</summary>
internal sealed record WorkloadFolder(string FullName)
{
    /// <summary>Where <see cref="Inputs"/> has the examples, [batches×examples×shape]; beside them are the first weights.</summary>
    public const string Features = "features";

    /// <summary>Where <see cref="Inputs"/> has the classes or numbers, [batches×examples]; not for scoring.</summary>
    public const string Targets = "targets";

    /// <summary>What <see cref="Result"/> calls the scores of the first batch.</summary>
    public const string Outputs = "outputs";

    /// <summary>The examples and the weights to start from, as safetensors.</summary>
    public string Inputs => Path.Combine(FullName, "inputs.safetensors");

    /// <summary>The network with these weights as ONNX; only for scoring.</summary>
    public string Model => Path.Combine(FullName, "model.onnx");

    /// <summary>The weights that the first steps lead to, or the scores, as safetensors.</summary>
    public string Result => Path.Combine(FullName, "result.safetensors");
}
