namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// A vector width as a type: kernels are written once over <typeparamref name="TV"/> and compiled by the JIT for each
/// implementing struct, so that every operation becomes one instruction of that width.
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
/// <typeparam name="TV">The register type: a <c>VectorNNN&lt;T&gt;</c>, or T itself for the scalar path.</typeparam>
internal unsafe interface ISimd<T, TV>
    where T : unmanaged
    where TV : unmanaged
{
    /// <summary>Number of elements in a register.</summary>
    static abstract int Lanes { get; }

    /// <summary>Columns of a register tile (see <see cref="Tile{T,TV,S,TMode,TRows,TColumns}"/>): what the register file has room
    /// for.</summary>
    static abstract int TileColumns { get; }

    static abstract TV Zero { get; }

    static abstract TV Load(T* source);
    static abstract void Store(T* target, TV value);
    static abstract TV Broadcast(T value);

    static abstract TV Add(TV a, TV b);
    static abstract TV Subtract(TV a, TV b);
    static abstract TV Multiply(TV a, TV b);
    static abstract TV Divide(TV a, TV b);

    /// <summary>a · b + c, fused where the processor can.</summary>
    static abstract TV MultiplyAdd(TV a, TV b, TV c);

    /// <summary>The larger; <paramref name="b"/> if they are unordered, so that <c>Max(0, x)</c> lets a NaN through.</summary>
    static abstract TV Max(TV a, TV b);

    /// <summary>The smaller; <paramref name="b"/> if they are unordered.</summary>
    static abstract TV Min(TV a, TV b);

    static abstract TV Negate(TV a);
    static abstract TV Abs(TV a);
    static abstract TV Sqrt(TV a);
    static abstract TV Exp(TV a);
    static abstract TV Log(TV a);

    /// <summary>A mask, all bits of a lane set where a &gt; b.</summary>
    static abstract TV GreaterThan(TV a, TV b);

    /// <summary>A mask, all bits of a lane set where a = b.</summary>
    static abstract TV AreEqual(TV a, TV b);

    /// <summary>Lanes of <paramref name="whenSet"/> where the mask is set, else of <paramref name="whenClear"/>.</summary>
    static abstract TV Select(TV mask, TV whenSet, TV whenClear);

    /// <summary>The lower halves of both, lane by lane in turn: a0 b0 a1 b1 …</summary>
    static abstract TV ZipLow(TV a, TV b);

    /// <summary>The upper halves of both, lane by lane in turn.</summary>
    static abstract TV ZipHigh(TV a, TV b);

    /// <summary>A bit for each lane, the lowest for the first, set where it is not zero.</summary>
    static abstract uint NonZeroLanes(TV a);

    /// <summary>The sum of all lanes.</summary>
    static abstract T Sum(TV a);
}
