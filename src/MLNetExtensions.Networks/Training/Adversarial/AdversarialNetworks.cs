namespace MLNetExtensions.Networks.Training;

/// <summary>
/// A generator, which makes examples of random numbers, and a discriminator, which tells them from real ones (Goodfellow et al.,
/// "Generative Adversarial Nets", 2014). If both take a class besides, as a second input with one value a class (1 for the class,
/// 0 for the others), the pair is conditional (Mirza and Osindero, 2014).
/// </summary>
public sealed class AdversarialNetworks
{
    internal const string GeneratorName = "generator", DiscriminatorName = "discriminator";

    /// <summary>A pair.</summary>
    /// <param name="generator">From latent values (and a class) to an example.</param>
    /// <param name="discriminator">From an example (and a class) to one logit, above 0 for a real one.</param>
    /// <exception cref="ArgumentException">They don't fit together; the message says where.</exception>
    public AdversarialNetworks(NetworkDefinition generator, NetworkDefinition discriminator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(discriminator);
        if (generator.Inputs.Length > 2 || discriminator.Inputs.Length != generator.Inputs.Length)
            throw new ArgumentException(
                $"The generator has {generator.Inputs.Length} inputs and the discriminator {discriminator.Inputs.Length}: both " +
                "take one (latent values, an example), or both a second one with the class.");
        if (discriminator.OutputLayout.Size != 1)
            throw new ArgumentException($"The discriminator has {discriminator.OutputLayout.Size} outputs; it needs one logit.");
        if (discriminator.OutputNode() is { Layer: Sigmoid } last)
            throw new ArgumentException(
                $"The discriminator ends in Sigmoid ('{last.Name}'), but its loss takes a logit and applies it itself. Leave " +
                "that layer out.");
        if (generator.Outputs.Length > 1 || !generator.OutputShape.Equals(discriminator.Inputs[0].Shape))
            throw new ArgumentException(
                $"The generator makes {generator.OutputShape} but the discriminator takes {discriminator.Inputs[0].Shape}.");
        if (generator.Inputs.Length == 2 && generator.Inputs[1].Shape.Size != discriminator.Inputs[1].Shape.Size)
            throw new ArgumentException(
                $"The generator knows {generator.Inputs[1].Shape.Size} classes but the discriminator " +
                $"{discriminator.Inputs[1].Shape.Size}.");
        (Generator, Discriminator) = (generator, discriminator);
        Definition = new(
            [.. Inputs(GeneratorName, generator), .. Inputs(DiscriminatorName, discriminator)],
            [.. Nodes(GeneratorName, generator), .. Nodes(DiscriminatorName, discriminator)],
            [.. Outputs(GeneratorName, generator), .. Outputs(DiscriminatorName, discriminator)]);
    }

    /// <summary>Makes examples.</summary>
    public NetworkDefinition Generator { get; }

    /// <summary>Judges them.</summary>
    public NetworkDefinition Discriminator { get; }

    /// <summary>The number of latent values.</summary>
    public int LatentSize => (int)Generator.Inputs[0].Shape.Size;

    /// <summary>The number of classes of a conditional pair; 0 for one that knows none.</summary>
    public int Classes => Generator.Inputs.Length == 2 ? (int)Generator.Inputs[1].Shape.Size : 0;

    /// <summary>Both as one network, under the names <c>generator.…</c> and <c>discriminator.…</c>: what a checkpoint
    /// holds.</summary>
    internal NetworkDefinition Definition { get; }

    /// <summary>The weights of one of both, under its own names; the tensors are the same.</summary>
    internal static NetworkWeights Part(NetworkWeights weights, string name) => new(weights
        .Where(pair => pair.Key.StartsWith($"{name}.", StringComparison.Ordinal))
        .Select(pair => KeyValuePair.Create(pair.Key[(name.Length + 1)..], pair.Value)));

    /// <summary>Tensors of one of both, under the names of the pair.</summary>
    internal static IEnumerable<KeyValuePair<string, WeightTensor>> Named(string name, NetworkWeights weights) =>
        weights.Select(pair => KeyValuePair.Create($"{name}.{pair.Key}", pair.Value));

    private static IEnumerable<NetworkInput> Inputs(string name, NetworkDefinition network) =>
        network.Inputs.Select(input => input with { Name = $"{name}.{input.Name}" });

    private static IEnumerable<NetworkNode> Nodes(string name, NetworkDefinition network) => network.Nodes.Select(
        node => new NetworkNode($"{name}.{node.Name}", node.Layer, [.. node.Inputs.Select(input => $"{name}.{input}")]));

    private static IEnumerable<NetworkOutput> Outputs(string name, NetworkDefinition network) =>
        network.Outputs.Select(output => new NetworkOutput(name, $"{name}.{output.Node}"));
}
