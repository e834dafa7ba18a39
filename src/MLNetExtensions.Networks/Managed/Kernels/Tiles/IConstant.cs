namespace MLNetExtensions.Networks.Managed;

/// <summary>A number that the JIT sees as a constant.</summary>
internal interface IConstant
{
    static abstract int Value { get; }
}

/// <inheritdoc/>
internal readonly struct Constant1 : IConstant
{
    public static int Value => 1;
}

/// <inheritdoc/>
internal readonly struct Constant2 : IConstant
{
    public static int Value => 2;
}

/// <inheritdoc/>
internal readonly struct Constant3 : IConstant
{
    public static int Value => 3;
}

/// <inheritdoc/>
internal readonly struct Constant4 : IConstant
{
    public static int Value => 4;
}

/// <inheritdoc/>
internal readonly struct Constant5 : IConstant
{
    public static int Value => 5;
}

/// <inheritdoc/>
internal readonly struct Constant6 : IConstant
{
    public static int Value => 6;
}

/// <inheritdoc/>
internal readonly struct Constant7 : IConstant
{
    public static int Value => 7;
}

/// <inheritdoc/>
internal readonly struct Constant8 : IConstant
{
    public static int Value => 8;
}

/// <inheritdoc/>
internal readonly struct Constant9 : IConstant
{
    public static int Value => 9;
}

/// <inheritdoc/>
internal readonly struct Constant10 : IConstant
{
    public static int Value => 10;
}

/// <inheritdoc/>
internal readonly struct Constant11 : IConstant
{
    public static int Value => 11;
}

/// <inheritdoc/>
internal readonly struct Constant12 : IConstant
{
    public static int Value => 12;
}
