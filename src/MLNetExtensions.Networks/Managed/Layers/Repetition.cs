namespace MLNetExtensions.Networks.Managed;

/// <summary>How an input is repeated to the shape of the output.</summary>
internal sealed class Repetition
{
    public Repetition(TensorShape input, TensorShape output)
    {
        int[] inputSteps = GatherSources.Steps(input), steps = GatherSources.Steps(output);
        int[] all = [.. Enumerable.Range(0, output.Rank)], repeated = [.. all.Where(i => input[i] != output[i])];
        Repeats = repeated.Length > 0;
        Places = GatherSources.Walk([.. all.Select(i => (output[i], input[i] == output[i] ? inputSteps[i] : 0))]);
        Starts = GatherSources.Walk([.. all.Select(i => (input[i], steps[i]))]);
        Shifts = GatherSources.Walk([.. repeated.Select(i => (output[i], steps[i]))]);
    }

    /// <summary>Whether values are used more than once.</summary>
    public bool Repeats { get; }

    /// <summary>For each value of the output the one of the input.</summary>
    public int[] Places { get; }

    /// <summary>For each value of the input the first of the output that it is used for.</summary>
    public int[] Starts { get; }

    /// <summary>From there to all that it is used for.</summary>
    public int[] Shifts { get; }
}
