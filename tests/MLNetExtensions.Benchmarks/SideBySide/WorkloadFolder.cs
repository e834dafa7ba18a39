namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>The files that a workload and its result are handed over in.</summary>
internal sealed record WorkloadFolder(string FullName)
{
    /// <summary>The name of the examples in <see cref="Inputs"/>, [batches×examples×shape].</summary>
    public const string Features = "features";

    /// <summary>The name of their classes or numbers, [batches×examples]; none for scoring.</summary>
    public const string Targets = "targets";

    /// <summary>The name of the scores of the first batch in <see cref="Result"/>.</summary>
    public const string Outputs = "outputs";

    /// <summary>The examples and the weights to start from, as safetensors.</summary>
    public string Inputs => Path.Combine(FullName, "inputs.safetensors");

    /// <summary>The network with these weights as ONNX; only for scoring.</summary>
    public string Model => Path.Combine(FullName, "model.onnx");

    /// <summary>The weights that the first steps lead to, or the scores, as safetensors.</summary>
    public string Result => Path.Combine(FullName, "result.safetensors");
}
