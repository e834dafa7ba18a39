namespace MLNetExtensions.Networks;

/// <summary>A layer that is several others, under its own name and with its own names of parameters: engines run its
/// parts.</summary>
public abstract record CompositeLayer : Layer
{
    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output)
    {
        NetworkNode node = new("layer", this, [.. inputs.Select((_, i) => $"{i}")]);
        NetworkDefinition parts = new(inputs.Select((shape, i) => new NetworkInput($"{i}", shape)), Parts(node, inputs), []);
        return parts.Flops;
    }

    /// <summary>The layers that it is, the last one of which makes its output. A part called <c>attention.in_proj</c> has the
    /// parameter <c>attention.in_proj.weight</c>, or else <c>attention.in_proj_weight</c>.</summary>
    internal abstract IEnumerable<NetworkNode> Parts(NetworkNode node, IReadOnlyList<TensorShape> inputs);
}
