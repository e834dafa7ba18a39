using MLNetExtensions.Networks;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>Runs a network node by node. Each intermediate result is let go after its last use, so that only what the backward
/// pass needs stays.</summary>
internal sealed class TensorGraph
{
    private readonly List<Step> _steps = [];
    private readonly torch.ScalarType _type;

    /// <summary>The graph of a network.</summary>
    /// <param name="network">Layers that the output does not depend on are left out.</param>
    /// <param name="memory">Keeps the constants of layers.</param>
    /// <param name="mixedPrecision">Whether convolutions and linear layers compute in bfloat16.</param>
    public TensorGraph(NetworkDefinition network, SessionMemory memory, bool mixedPrecision)
    {
        _type = memory.Type;
        LayerOperations operations = new(network, memory, mixedPrecision);
        HashSet<string> reached = Reached(network);
        NetworkNode[] nodes = [.. network.Nodes.Where(node => reached.Contains(node.Name))];
        Dictionary<string, int> places = new() { [NetworkDefinition.InputName] = 0 };
        foreach (NetworkNode node in nodes)
            places.Add(node.Name, places.Count);
        int[] lastUse = new int[places.Count];
        for (int i = 0; i < nodes.Length; i++)
        {
            foreach (string input in nodes[i].Inputs)
                lastUse[places[input]] = i;
        }
        for (int i = 0; i < nodes.Length; i++)
        {
            int[] inputs = [.. nodes[i].Inputs.Select(input => places[input])];
            int[] released = [.. inputs.Distinct().Where(place => lastUse[place] == i)];
            _steps.Add(new(operations.Create(nodes[i]), inputs, released));
        }
    }

    /// <summary>The dimensions of a batch.</summary>
    public static long[] BatchShape(int count, TensorShape shape) => [count, .. shape.Dimensions];

    /// <summary>The names of the layers that the output depends on: others are not run and have no gradient.</summary>
    public static HashSet<string> Reached(NetworkDefinition network)
    {
        HashSet<string> reached = [network.Nodes[^1].Name];
        foreach (NetworkNode node in network.Nodes.Reverse().Where(node => reached.Contains(node.Name)))
            reached.UnionWith(node.Inputs);
        return reached;
    }

    /// <summary>The outputs of a batch, [count×output shape].</summary>
    /// <param name="input">The batch, which is disposed.</param>
    /// <param name="pass">How to run.</param>
    public Tensor Run(Tensor input, ForwardPass pass)
    {
        Tensor[] values = new Tensor[_steps.Count + 1];
        values[0] = input;
        for (int i = 0; i < _steps.Count; i++)
        {
            Step step = _steps[i];
            values[i + 1] = step.Operation(Array.ConvertAll(step.Inputs, place => values[place]), pass);
            foreach (int place in step.Released)
                values[place].Dispose();
        }
        return values[^1].to(_type);
    }

    /// <param name="Operation">What it does.</param>
    /// <param name="Inputs">Which results it takes; 0 is the network's input.</param>
    /// <param name="Released">Which results nobody takes after it.</param>
    private sealed record Step(LayerOperation Operation, int[] Inputs, int[] Released);
}
