namespace MLNetExtensions.TorchSharp;

/// <summary>Checks memory that a caller hands over.</summary>
internal static class BatchLength
{
    /// <summary>Throws unless there are <paramref name="size"/> values for each example.</summary>
    public static void Require(int length, int count, int size, string name)
    {
        if (length != (long)count * size)
            throw new ArgumentException($"{count} examples need {(long)count * size} {name}, {size} each, not {length}.", name);
    }
}
