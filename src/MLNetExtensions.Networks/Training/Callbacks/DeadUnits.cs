namespace MLNetExtensions.Networks.Training;

/// <summary>Finds the units of ReLU layers that are 0 for every training example: the values of a <see cref="Linear"/> layer
/// (in all places of a sequence), the channels of others.</summary>
internal sealed class DeadUnits
{
    /// <summary>How many values of all layers a scoring pass may have.</summary>
    private const int PassSize = 1 << 22;

    private readonly NetworkNode[] _layers;
    private readonly NetworkDefinition? _network;
    private readonly bool[][] _alive = [];
    private readonly bool[] _unitsAreLast = [];

    public DeadUnits(NetworkDefinition network)
    {
        _layers = [.. network.Nodes.Where(node => node.Layer is ReLU or ReLU6)];
        if (_layers.Length == 0)
            return;
        _network = new(network.Inputs, network.Nodes, _layers.Select(node => new NetworkOutput(node.Name, node.Name)));
        _unitsAreLast = [.. _layers.Select(node => _network.ShapeOf(node.Name).Rank == 2 && IsOfLinear(network, node))];
        _alive = [.. _layers.Select((node, i) => new bool[_network.ShapeOf(node.Name)[_unitsAreLast[i] ? ^1 : 0]])];
    }

    /// <summary>The layers with dead units, and how many of how many they are.</summary>
    public IEnumerable<(string Layer, int Dead, int Units)> Find(ITrainingRun run, NetworkWeights weights)
    {
        if (_network is null)
            yield break;
        foreach (bool[] alive in _alive)
            Array.Clear(alive);
        Look(run, _network, weights);
        for (int i = 0; i < _layers.Length; i++)
        {
            int dead = _alive[i].Count(alive => !alive);
            if (dead > 0)
                yield return (_layers[i].Name, dead, _alive[i].Length);
        }
    }

    private void Look(ITrainingRun run, NetworkDefinition network, NetworkWeights weights)
    {
        int width = network.OutputLayout.Size, features = (int)run.Data.FeatureShape.Size;
        int batch = Math.Clamp(PassSize / width, 1, Math.Min(run.Options.BatchSize, run.Data.Count));
        float[] inputs = new float[batch * features], outputs = new float[batch * width];
        int[] rows = new int[batch];
        using IInferenceSession session = run.Engine.CreateInferenceSession(new(network, weights), batch);
        for (int start = 0; start < run.Data.Count; start += batch)
        {
            int count = Math.Min(batch, run.Data.Count - start);
            for (int i = 0; i < count; i++)
                rows[i] = start + i;
            run.Data.CopyFeatures(rows.AsSpan(0, count), inputs);
            session.Run(inputs.AsSpan(0, count * features), count, outputs.AsSpan(0, count * width));
            for (int i = 0; i < count; i++)
                Look(network.OutputLayout, outputs.AsSpan(i * width, width));
        }
    }

    private void Look(RowLayout layout, ReadOnlySpan<float> row)
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            ReadOnlySpan<float> values = row[layout[_layers[i].Name]];
            bool[] alive = _alive[i];
            if (_unitsAreLast[i])
            {
                for (int j = 0; j < values.Length; j++)
                    alive[j % alive.Length] |= values[j] != 0;
                continue;
            }
            int size = values.Length / alive.Length;
            for (int unit = 0; unit < alive.Length; unit++)
                alive[unit] = alive[unit] || values.Slice(unit * size, size).ContainsAnyExcept(0);
        }
    }

    /// <summary>Whether the last layer with weights before another one is linear.</summary>
    private static bool IsOfLinear(NetworkDefinition network, NetworkNode node)
    {
        NetworkNode? before = network.Nodes.FirstOrDefault(other => other.Name == node.Inputs[0]);
        return before is not null
            && (before.Layer is Linear || (!network.ParametersOf(before.Name).Any() && IsOfLinear(network, before)));
    }
}
