namespace MLNetExtensions.Networks.Managed;

/// <summary>A cache of data.</summary>
/// <param name="Level">1 is nearest to the core.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Threads">Logical processors that share it.</param>
internal readonly record struct SystemCache(int Level, long Bytes, int Threads);
