namespace MLNetExtensions.Networks.Managed;

/// <summary>The units of a recurrent layer cut into tiles of at most so many, each but the last a multiple of a number.</summary>
internal readonly struct UnitTiles(int units, int most, int multiple)
{
    private readonly Split _split = Split.ByMost((units + multiple - 1) / multiple, most / multiple);

    public int Parts => _split.Parts;

    /// <summary>The first unit of tile <paramref name="part"/>; the end of the one before.</summary>
    public int this[int part] => Math.Min(_split[part] * multiple, units);
}
