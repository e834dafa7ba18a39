namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// A convolution seen from its output: which input row and column each tap of the kernel reads. The pass forward and the one back
/// to the input are both of this form, so one driver computes both.
/// </summary>
/// <remarks>
/// Output row <c>y = phase + phases · j</c> reads input row <c>j · Advance + Offset(tap)</c>. Forward there is one phase and the
/// advance is the stride; backward the stride makes as many phases, each with its own taps, and the advance is 1 (a gradient with
/// stride is a set of interleaved convolutions without one: no zeros are inserted).
/// </remarks>
internal sealed class ConvolutionAxis
{
    private readonly (int Tap, int Offset)[][] _taps;

    private ConvolutionAxis(int input, int output, int advance, (int Tap, int Offset)[][] taps)
    {
        Input = input;
        Output = output;
        Advance = advance;
        _taps = taps;
    }

    /// <summary>Input rows.</summary>
    public int Input { get; }

    /// <summary>Output rows.</summary>
    public int Output { get; }

    public int Phases => _taps.Length;

    /// <summary>Input rows from one output row of a phase to the next.</summary>
    public int Advance { get; }

    /// <summary>The first input row (negative in the padding) that an output row reads.</summary>
    public int FirstRead => Enumerable.Range(0, Output).SelectMany(Reads).DefaultIfEmpty(0).Min();

    /// <summary>The last input row (at least <see cref="Input"/> in the padding) that an output row reads.</summary>
    public int LastRead => Enumerable.Range(0, Output).SelectMany(Reads).DefaultIfEmpty(0).Max();

    public static ConvolutionAxis Forward(int input, int output, int kernel, int stride, int pad, int dilation) =>
        new(input, output, stride, [[.. Enumerable.Range(0, kernel).Select(tap => (tap, tap * dilation - pad))]]);

    public static ConvolutionAxis Backward(int input, int output, int kernel, int stride, int pad, int dilation) =>
        new(output, input, 1, [.. Enumerable.Range(0, stride).Select(phase => Enumerable.Range(0, kernel)
            .Where(tap => (phase + pad - tap * dilation) % stride == 0)
            .Select(tap => (tap, (phase + pad - tap * dilation) / stride)).ToArray())]);

    /// <summary>The taps of a phase in the order of the kernel, with the input row that each adds to the base row.</summary>
    public IReadOnlyList<(int Tap, int Offset)> Taps(int phase) => _taps[phase];

    /// <summary>The input row that the offsets of output row <paramref name="output"/>'s taps count from.</summary>
    public int Base(int output) => output / Phases * Advance;

    /// <summary>The taps (as a range of <see cref="Taps"/>) that read inside the input: the others read zeros and are left
    /// out.</summary>
    public (int First, int Count) Inside(int output)
    {
        (int Tap, int Offset)[] list = _taps[output % Phases];
        int start = Base(output);
        int first = Array.FindIndex(list, tap => (uint)(start + tap.Offset) < (uint)Input);
        return first < 0
            ? (0, 0)
            : (first, Array.FindLastIndex(list, tap => (uint)(start + tap.Offset) < (uint)Input) - first + 1);
    }

    private IEnumerable<int> Reads(int output) => _taps[output % Phases].Select(tap => Base(output) + tap.Offset);
}
