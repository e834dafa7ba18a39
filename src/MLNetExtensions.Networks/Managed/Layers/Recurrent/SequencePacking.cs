using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Leaves out the steps behind the end of a batch's longest sequence, which change nothing: what lies <c>[blocks][length]</c>
/// outside of a recurrent layer lies <c>[blocks][steps]</c> inside. The mask tells how many there are.
/// </summary>
internal sealed unsafe class SequencePacking<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _length, _lanes, _stepSize;
    private readonly NativeBuffer<T> _packedMask;

    /// <param name="length">The steps of a sequence with its padding.</param>
    /// <param name="features">The features of a step.</param>
    /// <param name="lanes">The examples of a block.</param>
    /// <param name="maxBlocks">The most blocks.</param>
    public SequencePacking(int length, int features, int lanes, int maxBlocks)
    {
        (_length, _lanes, _stepSize) = (length, lanes, features * lanes);
        _packedMask = new((long)length * lanes * maxBlocks);
        PackedInput = new((long)length * _stepSize, maxBlocks);
    }

    /// <summary>Memory for the input; it must last from the forward to the backward pass.</summary>
    public Tensor<T> PackedInput { get; }

    /// <summary>The steps of the longest sequence, 1 if there is none.</summary>
    public int Steps { get; private set; }

    /// <summary>The input, <c>[blocks][steps][features]</c>.</summary>
    public T* Input { get; private set; }

    /// <summary>The mask, <c>[blocks][steps]</c>.</summary>
    public T* Mask { get; private set; }

    /// <summary>Begins a forward pass.</summary>
    public void Pack(Pass<T> pass, T* input, T* mask)
    {
        Steps = 1;
        for (int block = 0; block < pass.Blocks; block++)
            Steps = Math.Max(Steps, StepsOf(pass, mask, block));
        Input = input;
        Mask = mask;
        // The first steps of a single block are its memory's first.
        if (Steps == _length || pass.Blocks == 1)
            return;
        Input = PackedInput.Data;
        Mask = _packedMask.Pointer;
        Pack(input, Input, pass.Blocks, _stepSize);
        Pack(mask, Mask, pass.Blocks, _lanes);
    }

    /// <summary>Takes the steps there are of <paramref name="from"/>; <paramref name="to"/> may be the same memory.</summary>
    /// <param name="from">Blocks of all steps.</param>
    /// <param name="to">Receives blocks of the steps there are.</param>
    /// <param name="blocks">Their number.</param>
    /// <param name="stepSize">Elements of a step.</param>
    public void Pack(T* from, T* to, int blocks, nint stepSize)
    {
        for (nint block = 0; block < blocks; block++)
            Span(from, block * _length * stepSize, Steps * stepSize).CopyTo(Span(to, block * Steps * stepSize, Steps * stepSize));
    }

    /// <summary>Brings the steps there are to where they lie among all; the others become 0.</summary>
    /// <param name="values">Blocks of the steps there are, then of all.</param>
    /// <param name="blocks">Their number.</param>
    /// <param name="stepSize">Elements of a step.</param>
    public void Unpack(T* values, int blocks, nint stepSize)
    {
        for (nint block = blocks - 1; block >= 0; block--)
        {
            nint start = block * _length * stepSize, used = Steps * stepSize;
            Span(values, block * used, used).CopyTo(Span(values, start, used));
            Span(values, start + used, _length * stepSize - used).Clear();
        }
    }

    public void Dispose() => _packedMask.Dispose();

    /// <summary>How far the longest sequence of a block goes. A lane without an example holds anything.</summary>
    private int StepsOf(Pass<T> pass, T* mask, int block)
    {
        int lanes = Math.Min(_lanes, pass.Count - block * _lanes), steps = _length;
        while (steps > 0 && !Span(mask, ((nint)block * _length + steps - 1) * _lanes, lanes).ContainsAnyExcept(T.Zero))
            steps--;
        return steps;
    }

    private static Span<T> Span(T* values, nint start, nint length) => new(values + start, checked((int)length));
}
