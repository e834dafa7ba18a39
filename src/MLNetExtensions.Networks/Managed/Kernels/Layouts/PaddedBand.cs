namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Rows of a blocked image with room left and right for the horizontal padding: either the image itself (when nothing is padded)
/// or a copy in scratch memory, one per worker, cut into bands of rows that fit the cache.
/// </summary>
/// <remarks>Vertical padding is never stored: taps that fall outside are left out of the sum. The margins are zeroed
/// once.</remarks>
internal sealed unsafe class PaddedBand<T> : IDisposable
    where T : unmanaged
{
    private readonly int _planes;
    private readonly int _height;
    private readonly int _width;
    private readonly int _lanes;
    private readonly int _left;
    private readonly NativeBuffer<T>? _scratch;
    private readonly (int First, int Count)[] _inputRows;

    /// <param name="rows">The vertical axis: its output rows are cut into bands.</param>
    /// <param name="columns">The horizontal axis: gives the margins.</param>
    /// <param name="planes">Planes (channels, or blocks of channels) of an image.</param>
    /// <param name="lanes">Lanes of an element.</param>
    /// <param name="images">Images (blocks) that are usually done together.</param>
    /// <param name="workers">Threads, each with its own copy.</param>
    /// <param name="bandBytes">Bytes of a band.</param>
    public PaddedBand(
        ConvolutionAxis rows, ConvolutionAxis columns, int planes, int lanes, int images, int workers, long bandBytes)
    {
        _planes = planes;
        _lanes = lanes;
        _height = rows.Input;
        _width = columns.Input;
        _left = Math.Max(0, -columns.FirstRead);
        int right = Math.Max(0, columns.LastRead - (_width - 1));
        bool copies = _left + right > 0;
        Pitch = (nint)(_left + _width + right) * lanes;

        long imageBytes = (long)planes * _height * Pitch * sizeof(T);
        int wanted = Math.Max(
            (Blocking.WantedItems + images - 1) / images, (int)Math.Min((imageBytes + bandBytes - 1) / bandBytes, rows.Output));
        Bands = new Split(rows.Output, Math.Clamp(wanted, 1, rows.Output));

        _inputRows = [.. Enumerable.Range(0, Bands.Parts).Select(band => InputRows(rows, Bands[band], Bands[band + 1]))];
        PlanePitch = (copies ? _inputRows.Max(range => range.Count) : _height) * Pitch;
        ImagePitch = (nint)planes * _height * _width * lanes;
        _scratch = copies ? new NativeBuffer<T>(planes * PlanePitch * workers) : null;
    }

    /// <summary>The output rows of each band.</summary>
    public Split Bands { get; }

    /// <summary>Elements from one row to the next.</summary>
    public nint Pitch { get; }

    /// <summary>Elements from one plane to the next.</summary>
    public nint PlanePitch { get; }

    /// <summary>Elements from one image to the next in the source.</summary>
    public nint ImagePitch { get; }

    /// <summary>Whether source rows are read where they are.</summary>
    public bool InPlace => _scratch is null;

    /// <summary>
    /// Makes a band of an image readable and returns the address of its row 0, column 0 in plane 0: only rows that the band reads
    /// are there.
    /// </summary>
    public T* Load(T* images, int image, int band, int worker)
    {
        T* source = images + image * ImagePitch;
        if (_scratch is null)
            return source;
        (int first, int count) = _inputRows[band];
        T* origin = _scratch.Pointer + worker * _planes * PlanePitch + _left * _lanes;
        long rowBytes = (long)_width * _lanes * sizeof(T);
        for (int plane = 0; plane < _planes; plane++)
        {
            for (int row = 0; row < count; row++)
            {
                Buffer.MemoryCopy(
                    source + ((nint)plane * _height + first + row) * _width * _lanes, origin + plane * PlanePitch + row * Pitch,
                    rowBytes, rowBytes);
            }
        }
        return origin - first * Pitch;
    }

    public void Dispose() => _scratch?.Dispose();

    private static (int First, int Count) InputRows(ConvolutionAxis rows, int begin, int end)
    {
        int first = int.MaxValue, last = -1;
        for (int y = begin; y < end; y++)
        {
            (int tap, int count) = rows.Inside(y);
            if (count > 0)
            {
                IReadOnlyList<(int Tap, int Offset)> taps = rows.Taps(y % rows.Phases);
                (int a, int b) = (rows.Base(y) + taps[tap].Offset, rows.Base(y) + taps[tap + count - 1].Offset);
                first = Math.Min(first, Math.Min(a, b));
                last = Math.Max(last, Math.Max(a, b));
            }
        }
        return last < 0 ? (0, 0) : (first, last - first + 1);
    }
}
