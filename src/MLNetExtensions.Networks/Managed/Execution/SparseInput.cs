namespace MLNetExtensions.Networks.Managed;

/// <summary>Tells whether a network can take sparse rows: all that reads them must be linear layers.</summary>
internal static class SparseInput
{
    /// <summary>The layers that read the rows of the only input, each of which multiplies whole rows; empty when there is
    /// anything else that reads them.</summary>
    /// <param name="network">The definition.</param>
    /// <param name="changesNothing">Whether a layer passes on what it takes.</param>
    public static HashSet<string> Layers(NetworkDefinition network, Func<Layer, bool> changesNothing)
    {
        HashSet<string> layers = [];
        if (network.Inputs is not [{ VocabularySize: null } input])
            return layers;
        HashSet<string> rows = [input.Name];
        foreach (NetworkNode node in network.NeededNodes)
        {
            if (!node.Inputs.Any(rows.Contains))
                continue;
            if (changesNothing(node.Layer))
                rows.Add(node.Name);
            else if (node.Layer is Linear && network.InputShapes(node).First().Rank == 1)
                layers.Add(node.Name);
            else
                return [];
        }
        return network.Outputs.Any(output => rows.Contains(output.Node)) ? [] : layers;
    }
}
