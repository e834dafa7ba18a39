namespace MLNetExtensions.Networks.Managed;

internal static class Factor
{
    /// <summary>The largest divisor of <paramref name="number"/> that is at most <paramref name="most"/>.</summary>
    public static int AtMost(int number, int most)
    {
        for (int factor = Math.Min(number, most); factor > 1; factor--)
        {
            if (number % factor == 0)
                return factor;
        }
        return 1;
    }
}
