namespace MLNetExtensions.Networks.Onnx;

/// <summary>Recurrent operators. One over the states of another of the same kind becomes one more layer of it.</summary>
internal static class RecurrentImport
{
    // ONNX has the gates in the order i, o, f, c and z, r, h; PyTorch in i, f, c, o and r, z, n.
    private static readonly int[] LstmGates = [0, 2, 3, 1], GruGates = [1, 0, 2];

    public static IReadOnlyList<OnnxValue?> Lstm(NodeImport node)
    {
        RequireActivations(node, "Sigmoid", "Tanh", "Tanh");
        RequireZero(node, 6, "starts from cells other than 0");
        RequireZero(node, 7, "has peepholes");
        if (node.Int("input_forget", 0) != 0)
            throw node.NotSupported("couples input and forget gates (input_forget).");
        return Import(node, LstmGates, (size, bias, both, output) => new LSTM(size, 1, bias, 0, both, output));
    }

    public static IReadOnlyList<OnnxValue?> Gru(NodeImport node)
    {
        RequireActivations(node, "Sigmoid", "Tanh");
        if (node.Int("linear_before_reset", 0) == 0)
            throw node.NotSupported(
                "resets the state before the product (linear_before_reset = 0); the layer does so behind it.");
        return Import(node, GruGates, (size, bias, both, output) => new GRU(size, 1, bias, 0, both, output));
    }

    private static IReadOnlyList<OnnxValue?> Import(
        NodeImport node, int[] gates, Func<int, bool, bool, RecurrentOutput, RecurrentLayer> create)
    {
        if (node.Float("clip", 0) != 0)
            throw node.NotSupported("clips what goes into its gates.");
        RequireZero(node, 5, "starts from states other than 0");
        if (node.Wanted.Count > 2 && node.Wanted[2])
            throw node.NotSupported("gives its last cells; only its states are supported.");
        string direction = node.Text("direction", "forward");
        RecurrentWeights weights = RecurrentWeights.Of(node, gates, isBackwards: direction == "reverse");
        if (weights.Directions != (direction == "bidirectional" ? 2 : 1))
            throw node.Malformed($"has weights of {weights.Directions} directions and is '{direction}'.");

        bool batchFirst = node.Int("layout", 0) != 0;
        (NetworkValue steps, int sequences) = Steps(node, batchFirst);
        string[] mask = Mask(node, checked((int)steps.Example[^2]));
        if (mask.Length > 0 && sequences > 1)
            throw node.NotSupported("has lengths of several sequences of an example.");
        // Backwards alone is one of two directions.
        bool both = direction != "forward", wantsAll = node.Wanted[0], wantsLast = node.Wanted.Count > 1 && node.Wanted[1];
        RecurrentOutput output = wantsAll ? RecurrentOutput.Sequence : RecurrentOutput.Last;
        RecurrentLayer layer = create(weights.Size, weights.HasBias, both, output);
        NetworkValue states = Stacked(node, layer, steps, mask, weights)
            ?? node.Network.Add(
                node, layer, weights.Origin, [node.Network.Materialize(node, steps), .. mask], weights.Parameters(layer, 0));
        View view = new(node, batchFirst, sequences, weights.Directions, weights.Size);
        if (!wantsAll)
            return [null, view.Last(Direction(states))];
        NetworkValue all = Direction(states);
        return [view.All(all with { IsExclusive = !wantsLast }), wantsLast ? view.Last(LastOf(all)) : null];

        NetworkValue Direction(NetworkValue value) => direction != "reverse"
            ? value
            : SelectionImport.Part(node, value, value.Rank - 1, new(weights.Size, 1, weights.Size));

        // Forwards the last step, backwards the first.
        NetworkValue LastOf(NetworkValue all)
        {
            NetworkValue[] parts = [.. Enumerable.Range(0, weights.Directions).Select(i =>
            {
                NetworkValue part = SelectionImport.Part(node, all, all.Rank - 1, new(i * weights.Size, 1, weights.Size));
                return direction == "reverse" || i == 1
                    ? SelectionImport.Part(node, part, all.Rank - 2, new(0, 1, 1))
                    : node.Network.Add(
                        node, new PoolOverTime(TimePooling.Last, Dimension: -2), null,
                        [node.Network.Materialize(node, part), .. mask]);
            })];
            return parts.Length == 1
                ? parts[0]
                : MergingImport.Join(
                    node,
                    [
                        .. parts.Select(part =>
                            part.AsExample([.. sequences > 1 ? [sequences] : Array.Empty<long>(), weights.Size])),
                    ],
                    axis: sequences > 1 ? 2 : 1);
        }
    }

    /// <summary>The input as [length×features], or [sequences×length×features] where several were merged into the
    /// batch.</summary>
    private static (NetworkValue Steps, int Sequences) Steps(NodeImport node, bool batchFirst)
    {
        NetworkValue input = node.Value(0);
        if (input.Rank != 3 || input.BatchAxis != (batchFirst ? 0 : 1) || input.Outer != 1)
            throw node.NotSupported(
                $"takes {input.Dims.Text()}; {(batchFirst ? "[N×length×features]" : "[length×N×features]")} is supported.");
        int sequences = checked((int)(input.Dims[input.BatchAxis] / BatchDimension.Unit));
        return sequences == 1 || batchFirst
            ? (input.AsExample(input.Example), sequences)
            : (ShapeImport.Permuted(node, input, [1, 0, 2]), sequences);
    }

    /// <summary>The mask that is its second input; none where every sequence has all steps.</summary>
    private static string[] Mask(NodeImport node, int length)
    {
        if (!node.Has(4) || (node.Input(4) is OnnxConstant constant && constant.ToIntegers().All(given => given == length)))
            return [];
        if (node.Input(4) is not NetworkValue { Dims: [BatchDimension.Unit] })
            throw node.NotSupported("has constant lengths below that of the sequence.");
        return [node.Add(new SequenceMask(length), node.Any(4)).Node];
    }

    /// <summary>One more layer of the one below, if that is of the same kind and nothing else sees its states.</summary>
    private static NetworkValue? Stacked(
        NodeImport node, RecurrentLayer layer, NetworkValue steps, string[] mask, RecurrentWeights weights)
    {
        if (!steps.IsExclusive || node.Network.Node(steps.Node) is not { Layer: RecurrentLayer below } under
            || !under.Inputs.Skip(1).SequenceEqual(mask) || below with { Layers = 1, Output = layer.Output } != layer
            || !node.Network.ShapeOf(steps.Node).Equals(NetworkAssembly.Shape(node, steps.Example)))
            return null;
        node.Network.Change(
            steps.Node, below with { Layers = below.Layers + 1, Output = layer.Output }, weights.Parameters(layer, below.Layers));
        return node.Network.ValueOf(steps.Node);
    }

    private static void RequireZero(NodeImport node, int index, string otherwise)
    {
        if (node.Has(index) && (node.Input(index) is not OnnxConstant constant
            || constant.ToFloats().AsSpan().ContainsAnyExcept(0f)))
            throw node.NotSupported($"{otherwise}.");
    }

    private static void RequireActivations(NodeImport node, params string[] known)
    {
        string[] given = node.Texts("activations") ?? [];
        if (given.Index().Any(pair => !pair.Item.Equals(known[pair.Index % known.Length], StringComparison.OrdinalIgnoreCase)))
            throw node.NotSupported($"has the activations {string.Join(", ", given)}; {string.Join(", ", known)} are supported.");
    }

    /// <summary>The states as ONNX sees them.</summary>
    private readonly record struct View(NodeImport Node, bool BatchFirst, int Sequences, int Directions, int Size)
    {
        private long Batch => checked(Sequences * BatchDimension.Unit);

        /// <summary>[length×directions×N×size], or [N×length×directions×size].</summary>
        public NetworkValue All(NetworkValue states)
        {
            long length = states.Example[^2];
            if (BatchFirst)
                return states with { Dims = [Batch, length, Directions, Size], Outer = 1 };
            // Without a dimension of one direction, so that another layer finds the states behind it (Stacked).
            if (Sequences > 1)
                states = Directions == 1
                    ? ShapeImport.Permuted(Node, states.AsExample(Sequences, length, Size), [1, 0, 2])
                    : ShapeImport.Permuted(Node, states.AsExample(Sequences, length, Directions, Size), [1, 2, 0, 3]);
            return states with { Dims = [length, Directions, Batch, Size], Outer = 1 };
        }

        /// <summary>[directions×N×size], or [N×directions×size].</summary>
        public NetworkValue Last(NetworkValue states)
        {
            if (BatchFirst)
                return states with { Dims = [Batch, Directions, Size], Outer = 1 };
            if (Sequences > 1)
                states = ShapeImport.Permuted(Node, states.AsExample(Sequences, Directions, Size), [1, 0, 2]);
            return states with { Dims = [Directions, Batch, Size], Outer = 1 };
        }
    }
}
