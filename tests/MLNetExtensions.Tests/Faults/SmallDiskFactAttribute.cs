namespace MLNetExtensions.Tests.Faults;

/// <summary>A test that needs a <see cref="SmallDisk"/>.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly bool Available = IsAvailable();

    public SmallDiskFactAttribute()
    {
        if (!Available)
            Skip = "This process may not mount a small disk.";
    }

    private static bool IsAvailable()
    {
        using SmallDisk? disk = SmallDisk.TryCreate(16);
        return disk is not null;
    }
}
