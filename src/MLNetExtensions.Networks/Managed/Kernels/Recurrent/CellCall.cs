namespace MLNetExtensions.Networks.Managed;

/// <summary>Where a cell finds the values of some neighbouring units of one block at one step; each is a vector of examples, and
/// those of neighbouring units lie behind each other.</summary>
internal unsafe struct CellCall<T>
    where T : unmanaged
{
    /// <summary>The number of units.</summary>
    public int Units;

    /// <summary>What the input gives to the gates, and behind the forward pass the gates. The backward pass leaves their gradients
    /// in it.</summary>
    public T* Gates;

    /// <summary>What the state gives to the gates; the same memory where it has been added to that of the input.</summary>
    public T* Recurrent;

    /// <summary>Elements from one gate to the next.</summary>
    public nint Gate;

    /// <summary>The state before the step, and the one after it.</summary>
    public T* Previous, Next;

    /// <summary>The same for a memory cell, and the hyperbolic tangent of what it holds after the step; a cell without such a memory
    /// has none of them.</summary>
    public T* PreviousCell, NextCell, CellTanh;

    /// <summary>Receives the state as the layer gives it; null where nobody asks.</summary>
    public T* Output;

    /// <summary>Which examples have the step; null when all have.</summary>
    public T* Mask;

    /// <summary>The gradient by the output; null where there is none.</summary>
    public T* OutputGradient;

    /// <summary>The gradients by state and memory cell after the step; the backward pass leaves those before it, without what comes
    /// by way of <see cref="Recurrent"/>.</summary>
    public T* StateGradient, CellGradient;
}
