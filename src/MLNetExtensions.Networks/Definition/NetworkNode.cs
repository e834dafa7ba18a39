namespace MLNetExtensions.Networks;

/// <summary>A layer in its place: a unique name, the operation, and the names of the nodes whose outputs it takes.</summary>
/// <param name="Name">Dotted like a PyTorch module path (<c>features.0</c>); its parameters
/// are <c>Name.weight</c> and so on.</param>
/// <param name="Layer">The operation.</param>
/// <param name="Inputs">Earlier nodes, or <see cref="NetworkDefinition.InputName"/>.</param>
public sealed record NetworkNode(string Name, Layer Layer, IReadOnlyList<string> Inputs)
{
    /// <inheritdoc/>
    public bool Equals(NetworkNode? other) =>
        other is not null && Name == other.Name && Layer == other.Layer && Inputs.SequenceEqual(other.Inputs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Layer, Inputs.Count);
}
