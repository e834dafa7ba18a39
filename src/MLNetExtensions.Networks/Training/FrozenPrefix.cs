namespace MLNetExtensions.Networks.Training;

/// <summary>
/// The first layers of a network, where they are frozen for a whole run: what they make of an example is the same in every epoch,
/// so it is computed once, and the run trains the rest of the network on that. It comes to the same weights.
/// </summary>
internal sealed class FrozenPrefix
{
    /// <summary>The most memory that is taken for what the layers make of the examples: 1 GiB.</summary>
    private const long MaxBytes = 1L << 30;

    private readonly NetworkDefinition _network, _prefix;
    private readonly NetworkWeights _weights;

    private FrozenPrefix(NetworkDefinition network, int last, NetworkWeights weights)
    {
        NetworkNode[] nodes = [.. network.NeededNodes];
        string seam = nodes[last].Name;
        _network = network;
        _prefix = new(network.Inputs, nodes[..(last + 1)], []);
        Rest = new([new(seam, network.ShapeOf(seam))], nodes[(last + 1)..], network.Outputs);
        _weights = weights;
    }

    /// <summary>The layers behind, which take the output of the last frozen one.</summary>
    public NetworkDefinition Rest { get; }

    /// <summary>The layers of the whole network, as engines run it, before those of <see cref="Rest"/>.</summary>
    public int LayersBefore =>
        _network.WithParts().Nodes.Select(node => node.Name).ToList().IndexOf(Rest.WithParts().Nodes[0].Name);

    /// <summary>The weights of <see cref="Rest"/>.</summary>
    public NetworkWeights RestWeights => Of(Rest);

    /// <summary>The longest prefix that a run can do without; null when there is none: nothing is frozen, or examples are changed
    /// at random, or so is what layers make of them, or callbacks look on, or it takes more memory than it is worth.</summary>
    /// <param name="network">The network to train.</param>
    /// <param name="options">How.</param>
    /// <param name="examples">The number of examples, those of the validation set too.</param>
    /// <param name="initialWeights">The weights to start from; drawn when null.</param>
    public static FrozenPrefix? Find(
        NetworkDefinition network, TrainingOptions options, int examples, NetworkWeights? initialWeights)
    {
        // Callbacks are to see the network that was asked for, and a checkpoint is a model of it.
        bool isSeen = options.AllCallbacks.Any(callback => callback is not EarlyStopping);
        if (options.Frozen.Count == 0 || !options.Augmentations.IsEmpty || !options.Mixing.IsEmpty || isSeen)
            return null;
        HashSet<string> frozen = [.. options.Frozen.SelectMany(network.ParametersOf).Select(spec => spec.Name)];
        NetworkNode[] nodes = [.. network.NeededNodes];
        int constant = Array.FindIndex(nodes, node => !IsConstant(node));
        // All that is behind a seam takes its output and nothing from before it.
        int last = Enumerable.Range(0, Math.Max(constant, 0)).LastOrDefault(IsSeam, -1);
        bool isWorthIt = last >= 0 && nodes[..(last + 1)].Any(node => network.ParametersOf(node.Name).Any())
            && network.ShapeOf(nodes[last].Name).Size * sizeof(float) * examples <= MaxBytes;
        return isWorthIt
            ? new(network, last, initialWeights ?? NetworkWeights.Initialize(network, options.RunSeed))
            : null;

        bool IsConstant(NetworkNode node) =>
            !node.Layer.IsRandom && network.ParametersOf(node.Name).All(spec => frozen.Contains(spec.Name));

        bool IsSeam(int place)
        {
            HashSet<string> behind = [.. nodes[place..].Select(node => node.Name)];
            return network.Outputs.All(output => output.Node != nodes[place].Name && behind.Contains(output.Node))
                && nodes[(place + 1)..].All(node => node.Inputs.All(behind.Contains));
        }
    }

    /// <summary>What the layers make of examples, with their targets and weights.</summary>
    public TrainingData Compute(TrainingData data, INetworkEngine engine, int batchSize, CancellationToken cancellation)
    {
        HashSet<string> frozen = [.. _prefix.Parameters.Select(spec => spec.Name)];
        TrainingSessionOptions options = new(Math.Min(batchSize, data.Count), null, new Sgd(), Seed: 0) { Frozen = frozen };
        using ITrainingSession session = engine.CreateTrainingSession(_prefix, Of(_prefix), options);
        FeatureTable<float> table = new(_prefix.OutputLayout.Size);
        BatchBuffer buffer = new(data, options.BatchSize, takesSparseRows: false);
        float[] outputs = new float[options.BatchSize * table.Width];
        for (int start = 0; start < data.Count; start += options.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<int> rows = buffer.Rows(Math.Min(options.BatchSize, data.Count - start));
            for (int i = 0; i < rows.Length; i++)
                rows[i] = start + i;
            buffer.Fill(rows);
            session.Infer(buffer.Features, rows.Length, outputs.AsSpan(0, rows.Length * table.Width));
            for (int i = 0; i < rows.Length; i++)
                table.Add(outputs.AsSpan(i * table.Width, table.Width));
        }
        int[] all = [.. Enumerable.Range(0, data.Count)];
        float[] targets = new float[data.Count * data.TargetSize], weights = new float[data.Count];
        data.CopyTargets(all, targets);
        data.CopyWeights(all, weights);
        return new InMemoryTrainingData<float>(
            Rest.InputShape, table, targets, data.HasWeights ? weights : null, data.TargetSize);
    }

    /// <summary>The whole network with trained weights of <see cref="Rest"/>.</summary>
    public NetworkModel Join(NetworkWeights rest) => new(_network, new(_network.Parameters.Select(spec =>
        KeyValuePair.Create(spec.Name, rest.TryGet(spec.Name, out WeightTensor? tensor) ? tensor : _weights[spec.Name]))));

    private NetworkWeights Of(NetworkDefinition part) =>
        new(part.Parameters.Select(spec => KeyValuePair.Create(spec.Name, _weights[spec.Name])));
}
