namespace MLNetExtensions.Networks.Managed;

/// <summary>For each value of the output of a layer that only rearranges, in row-major order, which value of the input it
/// is.</summary>
internal static class GatherSources
{
    public static int[] Of(Permute layer, TensorShape input)
    {
        int[] steps = Steps(input);
        return Walk([.. layer.Dimensions.Select(dimension => (input[dimension], steps[dimension]))]);
    }

    public static int[] Of(Slice layer, TensorShape input)
    {
        (int dimension, int first, int count) = layer.Range(input);
        int[] steps = Steps(input);
        int[] places = Walk([.. steps.Select((step, i) => i == dimension ? (count, step * layer.Step) : (input[i], step))]);
        return Array.ConvertAll(places, place => place + first * steps[dimension]);
    }

    /// <summary>The same of a layer that adds values, which are of no place: -1.</summary>
    public static int[] Of(Pad layer, TensorShape input)
    {
        int[] places = [0], steps = Steps(input);
        for (int i = 0; i < input.Rank; i++)
        {
            int[] along = layer.Sources(input.Rank - 1 - i, input[i]);
            int step = steps[i];
            places = [.. places.SelectMany(place => along.Select(at => place < 0 || at < 0 ? -1 : place + at * step))];
        }
        return places;
    }

    /// <summary>The places of a walk over dimensions, each so many steps of a distance, the last one fastest.</summary>
    public static int[] Walk((int Count, int Step)[] dimensions)
    {
        int[] places = [0];
        foreach ((int count, int step) in dimensions)
            places = [.. places.SelectMany(place => Enumerable.Range(0, count).Select(i => place + i * step))];
        return places;
    }

    /// <summary>How far apart neighbours in each dimension lie in row-major order.</summary>
    public static int[] Steps(TensorShape shape)
    {
        int[] steps = new int[shape.Rank];
        for (int i = shape.Rank - 1, step = 1; i >= 0; step *= shape[i], i--)
            steps[i] = step;
        return steps;
    }
}
