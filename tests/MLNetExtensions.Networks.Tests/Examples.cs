namespace MLNetExtensions.Networks.Tests;

/// <summary>Made-up examples that a network can take.</summary>
public static class Examples
{
    /// <summary>Rows of inputs: numbers of a normal distribution, and ids of each vocabulary.</summary>
    public static float[] Of(NetworkDefinition network, int count, int seed)
    {
        int size = network.InputLayout.Size;
        float[] rows = new float[count * size];
        new NormalInitializer(1).Fill(rows, new Random(seed));
        Random random = new(seed);
        foreach (NetworkInput input in network.Inputs.Where(input => input.VocabularySize is not null))
        {
            for (int row = 0; row < count; row++)
            {
                foreach (ref float id in rows.AsSpan(row * size, size)[network.InputLayout[input.Name]])
                    id = random.Next(input.VocabularySize!.Value);
            }
        }
        return rows;
    }
}
