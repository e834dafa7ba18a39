namespace MLNetExtensions.Networks.Managed;

/// <summary>Bytes of the caches that a core works in.</summary>
/// <param name="Level1">First level, for data.</param>
/// <param name="Level2">Second level, a core's share.</param>
/// <param name="Level3">Last level, whole: threads that work together share it.</param>
internal readonly record struct CacheSizes(long Level1, long Level2, long Level3)
{
    /// <summary>The processor that the engine was measured on, an AMD Zen 5: for machines that don't say what they have. The
    /// sizes of <see cref="Blocking"/> that decide the last bits of a result are constants, parts of these.</summary>
    public static CacheSizes Reference { get; } = new(48 << 10, 1 << 20, 32 << 20);

    /// <summary>This machine's.</summary>
    public static CacheSizes Machine { get; } = Of(SystemCaches.Read());

    /// <summary>What a core has of some caches; the reference's sizes for levels that are not there.</summary>
    /// <remarks>Sizes are kept within what processors have: a virtual machine may tell of none, or of its host's.</remarks>
    public static CacheSizes Of(IReadOnlyCollection<SystemCache> caches)
    {
        if (Find(1) is not { } first || Find(2) is not { } second)
            return Reference;
        // Where cores share a second level and there is no third, the second is the last.
        long last = Find(3)?.Bytes ?? second.Bytes;
        int cores = Math.Max(1, second.Threads / Math.Max(1, first.Threads));
        return new(
            Math.Clamp(first.Bytes, 16 << 10, 256 << 10), Math.Clamp(second.Bytes / cores, 128 << 10, 4 << 20),
            Math.Clamp(last, 2 << 20, 128 << 20));

        SystemCache? Find(int level) => caches.Where(cache => cache.Level == level).Cast<SystemCache?>().FirstOrDefault();
    }
}
