namespace MLNetExtensions.Networks.Managed;

/// <summary>Where one direction of a recurrent layer has its values, batch-lane: <c>[blocks][length][values][V]</c> but for what exists
/// once a block.</summary>
internal unsafe struct RecurrentMemory<T>
    where T : unmanaged
{
    /// <summary>Whether the last step comes first.</summary>
    public bool Backwards;

    /// <summary>The weights of the state as <see cref="WeightPanels{T,TV,S}"/>: of the forward, or of the backward pass.</summary>
    public T* Panels;

    /// <summary>The bias that goes with them, where it is not added to what the input gives.</summary>
    public T* Bias;

    /// <inheritdoc cref="CellCall{T}.Gates"/>
    public T* Gates;

    /// <inheritdoc cref="CellCall{T}.Recurrent"/>
    public T* Recurrent;

    /// <summary>State and memory cell before each step.</summary>
    public T* Previous, PreviousCell;

    /// <inheritdoc cref="CellCall{T}.PreviousCell"/>
    public T* CellTanh;

    /// <summary>State and memory cell after the last step, once a block.</summary>
    public T* Last, LastCell;

    /// <summary>What the layer gives, of this direction; null where nobody asks.</summary>
    public T* Output;

    /// <summary>The gradient by that; null where there is none.</summary>
    public T* OutputGradient;

    /// <summary>Elements from one step of the output to the next.</summary>
    public nint OutputStep;

    /// <summary>Which steps there are, <c>[blocks][length][V]</c>; null for all.</summary>
    public T* Mask;

    /// <summary>The gradients by state and memory cell, once a block.</summary>
    public T* StateGradient, CellGradient;
}
