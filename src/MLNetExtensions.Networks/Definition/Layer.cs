namespace MLNetExtensions.Networks;

/// <summary>
/// One operation of a network: its hyper-parameters as plain data. Semantics, defaults, initialisation and parameter names are
/// those of the PyTorch module of the same name. Shapes are per example, without the batch dimension.
/// </summary>
public abstract record Layer
{
    /// <summary>The number of inputs the layer takes; -1 means two or more.</summary>
    internal virtual int InputCount => 1;

    /// <summary>The number of further inputs that may be left out: masks, which say what of the others counts.</summary>
    internal virtual int OptionalInputs => 0;

    /// <summary>Whether the output is random while training.</summary>
    internal virtual bool IsRandom => false;

    /// <summary>The shape of the output for the given inputs.</summary>
    /// <exception cref="ArgumentException">The layer can't be applied to these shapes; the message says why.</exception>
    internal abstract TensorShape InferShape(IReadOnlyList<TensorShape> inputs);

    /// <summary>The parameters that the layer owns for the given inputs, in PyTorch's order.</summary>
    internal virtual IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs) => [];

    /// <summary>Floating-point operations of one example's forward pass, a multiply-add counted as two.</summary>
    internal virtual long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => output.Size;

    /// <summary>Throws unless <paramref name="input"/> is a sequence, [channels×length].</summary>
    private protected static TensorShape RequireSequence(TensorShape input) =>
        input.Rank == 2
            ? input
            : throw new ArgumentException($"expects a sequence [channels×length] but its input is {input}.");

    /// <summary>Throws unless <paramref name="input"/> is steps of features, [length×features].</summary>
    private protected static TensorShape RequireSteps(TensorShape input) =>
        input.Rank == 2
            ? input
            : throw new ArgumentException($"expects steps of features, [length×features], but its input is {input}.");

    /// <summary>Throws unless <paramref name="input"/> is an image, [channels×height×width].</summary>
    private protected static TensorShape RequireImage(TensorShape input) =>
        input.Rank == 3
            ? input
            : throw new ArgumentException($"expects an image [channels×height×width] but its input is {input}.");

    /// <summary>Throws if there is a mask and it does not have one value a step.</summary>
    private protected static void RequireMask(IReadOnlyList<TensorShape> inputs, int length)
    {
        if (inputs.Count > 1 && inputs[1].Size != length)
            throw new ArgumentException($"needs a mask of [{length}], one value a step, but its second input is {inputs[1]}.");
    }
}
