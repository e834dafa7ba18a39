using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Runs a network node by node. Each intermediate result is let go after its last use, so that only what the backward
/// pass needs stays.</summary>
internal sealed class TensorGraph
{
    private readonly List<Step> _steps = [];
    private readonly (TensorShape Shape, Range Place)[] _inputs;
    private readonly int[] _outputs;
    private readonly torch.ScalarType _type;

    /// <summary>The graph of a network.</summary>
    /// <param name="network">Layers that no output depends on are left out.</param>
    /// <param name="memory">Keeps the constants of layers.</param>
    /// <param name="mixedPrecision">Whether convolutions and linear layers compute in bfloat16.</param>
    public TensorGraph(NetworkDefinition network, SessionMemory memory, bool mixedPrecision)
    {
        network = network.WithParts();
        _type = memory.Type;
        LayerOperations operations = new(network, memory, mixedPrecision);
        _inputs = [.. network.Inputs.Select(input => (input.Shape, network.InputLayout[input.Name]))];
        NetworkNode[] nodes = [.. network.NeededNodes];
        Dictionary<string, int> places = [];
        foreach (string name in network.Inputs.Select(input => input.Name).Concat(nodes.Select(node => node.Name)))
            places.Add(name, places.Count);
        _outputs = [.. network.Outputs.Select(output => places[output.Node])];

        int[] lastUse = new int[places.Count];
        for (int i = 0; i < nodes.Length; i++)
        {
            foreach (string input in nodes[i].Inputs)
                lastUse[places[input]] = i;
        }
        for (int i = 0; i < nodes.Length; i++)
        {
            int[] inputs = [.. nodes[i].Inputs.Select(input => places[input])];
            int[] released = [.. inputs.Distinct().Where(place => lastUse[place] == i && !_outputs.Contains(place))];
            _steps.Add(new(operations.Create(nodes[i]), inputs, released));
        }
    }

    /// <summary>The dimensions of a batch.</summary>
    public static long[] BatchShape(int count, TensorShape shape) => [count, .. shape.Dimensions];

    /// <summary>The outputs of a batch, [count×outputs].</summary>
    /// <param name="rows">The batch, [count×inputs].</param>
    /// <param name="pass">How to run.</param>
    public Tensor Run(Tensor rows, ForwardPass pass)
    {
        Tensor[] values = new Tensor[_inputs.Length + _steps.Count];
        for (int i = 0; i < _inputs.Length; i++)
        {
            (TensorShape shape, Range place) = _inputs[i];
            values[i] = rows.narrow(1, place.Start.Value, shape.Size).reshape(BatchShape(pass.Count, shape));
        }
        for (int i = 0; i < _steps.Count; i++)
        {
            Step step = _steps[i];
            values[_inputs.Length + i] = step.Operation(Array.ConvertAll(step.Inputs, place => values[place]), pass);
            foreach (int place in step.Released)
                values[place].Dispose();
        }
        Tensor[] outputs = Array.ConvertAll(_outputs, place => values[place].reshape(pass.Count, -1).to(_type));
        return outputs.Length == 1 ? outputs[0] : torch.cat(outputs, 1);
    }

    /// <param name="Operation">What it does.</param>
    /// <param name="Inputs">Which results it takes; the network's inputs come first.</param>
    /// <param name="Released">Which results nobody takes after it.</param>
    private sealed record Step(LayerOperation Operation, int[] Inputs, int[] Released);
}
