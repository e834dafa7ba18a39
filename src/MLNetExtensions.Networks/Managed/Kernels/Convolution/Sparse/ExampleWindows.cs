using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// How the examples of a convolution lie when the channels of each are neighbours, <c>[example][H][W][C]</c> with the padding
/// around an image: what an output reads is then a few runs of neighbouring numbers, as are its weights, <c>[kh][kw][C]</c>.
/// </summary>
internal sealed unsafe class ExampleWindows<T, TV, S>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly ConvGeometry _g;
    private readonly int _height, _width;

    public ExampleWindows(in ConvGeometry geometry)
    {
        ConvGeometry g = _g = geometry;
        Pitch = (g.InChannels + S.Lanes - 1) / S.Lanes * S.Lanes;
        _height = (g.OutHeight - 1) * g.StrideH + (g.KernelH - 1) * g.DilationH + 1;
        _width = (g.OutWidth - 1) * g.StrideW + (g.KernelW - 1) * g.DilationW + 1;

        // One vector more than needed keeps the examples from starting at the same place of a cache's sets.
        Length = checked(_height * _width * Pitch + S.Lanes);
        KernelLength = g.KernelArea * Pitch;
        int row = _width * Pitch;
        Runs = g.DilationW == 1
            ? [.. Enumerable.Range(0, g.KernelH).Select(y => (y * g.DilationH * row, g.KernelW * Pitch))]
            : [.. Enumerable.Range(0, g.KernelArea).Select(tap =>
                (tap / g.KernelW * g.DilationH * row + tap % g.KernelW * g.DilationW * Pitch, Pitch))];
    }

    /// <summary>Elements from one place to the next: the channels, in whole vectors.</summary>
    public int Pitch { get; }

    /// <summary>Places of an example, those of the padding included.</summary>
    public int Places => _height * _width;

    /// <summary>Elements from one example to the next.</summary>
    public int Length { get; }

    /// <summary>Elements of the weights of an output channel.</summary>
    public int KernelLength { get; }

    /// <summary>What an output reads from the start of its window on, in the order of its weights.</summary>
    public (int Offset, int Length)[] Runs { get; }

    /// <summary>Writes what V examples have at a place: the channels of a pixel, or the padding's zeros.</summary>
    /// <param name="image">The images, batch-lane.</param>
    /// <param name="place">The number of the place.</param>
    /// <param name="examples">The first of the V.</param>
    [SkipLocalsInit]
    public void FromImage(T* image, int place, T* examples)
    {
        (int y, int x) = (place / _width - _g.PadH, place % _width - _g.PadW);
        T* to = examples + (nint)place * Pitch;
        if ((uint)y >= (uint)_g.Height || (uint)x >= (uint)_g.Width)
        {
            for (int lane = 0; lane < S.Lanes; lane++, to += Length)
                new Span<T>(to, Pitch).Clear();
            return;
        }
        TV* squareRoom = stackalloc TV[S.Lanes + 1];
        TV* square = Aligned.To(squareRoom);
        nint plane = (nint)_g.Height * _g.Width * S.Lanes;
        T* from = image + ((nint)y * _g.Width + x) * S.Lanes;
        for (int c = 0; c < _g.InChannels; c += S.Lanes, from += S.Lanes * plane, to += S.Lanes)
        {
            if (c + S.Lanes <= _g.InChannels)
            {
                Transpose<T, TV, S>.Square(from, plane, to, Length);
                continue;
            }
            for (int i = 0; i < S.Lanes; i++)
                square[i] = c + i < _g.InChannels ? S.Load(from + i * plane) : S.Zero;
            Transpose<T, TV, S>.Square((T*)square, S.Lanes, to, Length);
        }
    }

    /// <summary>Writes a pixel of V images: what the examples have at its place, or zeros where no output reads it.</summary>
    /// <param name="examples">The first of the V.</param>
    /// <param name="pixel">The number of the pixel.</param>
    /// <param name="image">The images, batch-lane.</param>
    [SkipLocalsInit]
    public void ToImage(T* examples, int pixel, T* image)
    {
        (int y, int x) = (pixel / _g.Width + _g.PadH, pixel % _g.Width + _g.PadW);
        bool isRead = y < _height && x < _width;
        TV* squareRoom = stackalloc TV[S.Lanes + 1];
        TV* square = Aligned.To(squareRoom);
        nint plane = (nint)_g.Height * _g.Width * S.Lanes;
        T* from = examples + ((nint)y * _width + x) * Pitch;
        T* to = image + (nint)pixel * S.Lanes;
        for (int c = 0; c < _g.InChannels; c += S.Lanes, from += S.Lanes, to += S.Lanes * plane)
        {
            if (isRead && c + S.Lanes <= _g.InChannels)
            {
                Transpose<T, TV, S>.Square(from, Length, to, plane);
                continue;
            }
            if (isRead)
                Transpose<T, TV, S>.Square(from, Length, (T*)square, S.Lanes);
            for (int i = 0; i < Math.Min(S.Lanes, _g.InChannels - c); i++)
                S.Store(to + i * plane, isRead ? square[i] : S.Zero);
        }
    }

    /// <summary>Where the window of an output starts in its example.</summary>
    /// <param name="pixel">The output's place in its channel.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Start(int pixel) =>
        (pixel / _g.OutWidth * _g.StrideH * _width + pixel % _g.OutWidth * _g.StrideW) * Pitch;
}
