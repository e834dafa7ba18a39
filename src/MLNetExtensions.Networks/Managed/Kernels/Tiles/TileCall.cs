namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// One call of the tile kernel:
/// <c>C[row i, column j] = Σ over steps s, taps t of A[Rows[i].Source + s·AStep + t.A] · B[j·BColumn + s·BStep + t.B]</c>.
/// Every product of the engine is this sum with its own tables.
/// </summary>
internal unsafe struct TileCall<T>
    where T : unmanaged
{
    public T* A;
    public T* B;
    public T* C;
    public T* Bias;
    public TileRow* Rows;
    public Tap* Taps;
    public int TapCount;
    public int Steps;
    public nint AStep;
    public nint BStep;

    /// <summary>Elements between the columns of B.</summary>
    public nint BColumn;

    /// <summary>Elements between the columns of C.</summary>
    public nint CColumn;

    /// <summary>What <see cref="ITileMode{T,TV}"/> needs to store a sum: the floor of the activation (0 is ReLU, -∞ none) or
    /// β.</summary>
    public T Limit;

    /// <summary>What sums are cut off at where the limit is a floor: ∞ for none.</summary>
    public T Ceiling;

    /// <summary>Elements of the last column that exist, for a row-major C.</summary>
    public int LastLanes;

    /// <summary>Room for two vectors.</summary>
    public fixed byte Spill[2 * 64];
}
