using MLNetExtensions.Networks;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>Runs a network node by node. Each intermediate result is let go after its last use, so that only what the backward
/// pass needs stays.</summary>
internal sealed class TensorGraph : IDisposable
{
    private readonly List<Step> _steps = [];
    private readonly LayerOperations _operations;
    private readonly bool _mixedPrecision;

    public TensorGraph(NetworkDefinition network, torch.Device device, bool mixedPrecision)
    {
        _mixedPrecision = mixedPrecision;
        _operations = new(network, device, mixedPrecision);
        HashSet<string> reached = ParameterLayout.Reached(network);
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
            _steps.Add(new(_operations.Create(nodes[i]), inputs, released));
        }
    }

    /// <summary>The dimensions of a batch.</summary>
    public static long[] BatchShape(int count, TensorShape shape)
    {
        long[] dimensions = new long[shape.Rank + 1];
        dimensions[0] = count;
        for (int i = 0; i < shape.Rank; i++)
            dimensions[i + 1] = shape[i];
        return dimensions;
    }

    /// <summary>The outputs of a batch in Single, [count×output shape].</summary>
    /// <param name="input">The batch, which is disposed.</param>
    /// <param name="pass">How to run.</param>
    public Tensor Run(Tensor input, ForwardPass pass)
    {
        Tensor[] values = new Tensor[_steps.Count + 1];
        values[0] = input;
        for (int i = 0; i < _steps.Count; i++)
        {
            Step step = _steps[i];
            values[i + 1] = step.Operation([.. step.Inputs.Select(place => values[place])], pass);
            foreach (int place in step.Released)
                values[place].Dispose();
        }
        return _mixedPrecision ? values[^1].to(torch.ScalarType.Float32) : values[^1];
    }

    public void Dispose() => _operations.Dispose();

    /// <param name="Operation">What it does.</param>
    /// <param name="Inputs">Which results it takes; 0 is the network's input.</param>
    /// <param name="Released">Which results nobody takes after it.</param>
    private sealed record Step(LayerOperation Operation, int[] Inputs, int[] Released);
}
