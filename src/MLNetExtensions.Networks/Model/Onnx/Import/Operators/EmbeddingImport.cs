namespace MLNetExtensions.Networks.Onnx;

/// <summary>Tables that ids are looked up in.</summary>
internal static class EmbeddingImport
{
    public static OnnxValue LookUp(NodeImport node, OnnxConstant table)
    {
        NetworkValue ids = node.Any(1);
        if (node.Int("axis", 0) != 0 || table.Rank == 0 || table.Floats is null)
            throw node.NotSupported("looks up something else than rows of numbers by computed ids; there is no layer for that.");
        int rows = checked((int)table.Dims[0]), size = table.Count / Math.Max(rows, 1);
        string source = node.Network.Materialize(node, ids);
        if (!node.Network.TryTakeIds(source, rows))
            throw node.NotSupported("looks up ids that the network computes; they must be an input of the model.");
        NetworkValue vectors = node.Network.Add(
            node, new Embedding(rows, size), table, [source], ("weight", node.Network.Tensor(table, new(rows, size))));
        return vectors.As(ids, [.. ids.Dims, .. table.Dims[1..]]);
    }
}
