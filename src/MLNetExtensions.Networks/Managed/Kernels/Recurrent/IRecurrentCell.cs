namespace MLNetExtensions.Networks.Managed;

/// <summary>One step of a recurrent layer, behind the matrix products.</summary>
internal unsafe interface IRecurrentCell<T>
    where T : unmanaged
{
    /// <summary>The number of gates.</summary>
    static abstract int Gates { get; }

    /// <summary>Whether there is a memory besides the state.</summary>
    static abstract bool HasMemory { get; }

    /// <summary>Whether what input and state give to the gates is simply added.</summary>
    static abstract bool AddsUp { get; }

    static abstract void Forward(CellCall<T>* call);

    static abstract void Backward(CellCall<T>* call);
}
