namespace MLNetExtensions.Networks.Training;

/// <summary>Asks for large memory with a message that says what it is for and how much it is, before the system ends the process
/// for it.</summary>
internal static class MemoryNeed
{
    /// <summary>What dense rows take of the memory: where they are read to, in the engine's layout, and transposed for the
    /// gradient of the weights.</summary>
    private const int Copies = 3;

    /// <summary>Memory for dense rows of features.</summary>
    /// <param name="what">What needs it.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="width">The values of a row.</param>
    /// <param name="remedy">What to do where there isn't enough.</param>
    /// <exception cref="InsufficientMemoryException">There isn't.</exception>
    public static float[] Rows(string what, int count, int width, string remedy)
    {
        long length = (long)count * width;
        string subject = FormattableString.Invariant($"{what} of {width:N0} features");
        Require($"{subject} and what an engine makes of them", Copies * length * sizeof(float), remedy);
        if (length > Array.MaxLength)
            throw new InsufficientMemoryException(
                FormattableString.Invariant($"{subject} are {length:N0} numbers, more than an array holds. {remedy}"));
        return new float[length];
    }

    /// <summary>Throws where the process can't have so much memory.</summary>
    /// <exception cref="InsufficientMemoryException">It can't.</exception>
    public static void Require(string what, long bytes, string remedy)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available)
            throw new InsufficientMemoryException(
                $"{what} take {Text(bytes)} of memory, but the process can have {Text(available)}. {remedy}");
    }

    /// <summary>Bytes in the unit that suits.</summary>
    public static string Text(long bytes) => bytes switch
    {
        >= 1L << 30 => FormattableString.Invariant($"{bytes / (double)(1L << 30):F1} GiB"),
        _ => FormattableString.Invariant($"{bytes / (double)(1L << 20):F1} MiB"),
    };
}
