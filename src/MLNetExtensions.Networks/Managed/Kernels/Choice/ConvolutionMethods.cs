using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Chooses the method of a convolution: the one place, with every threshold. By the shape, and what the layers behind leave of
/// the gradient, never by threads or by the machine's caches, since the method decides the last bits of a result.
/// </summary>
/// <remarks>The benchmark <c>methods</c> times both methods on either side of each threshold; docs/engine.md has its
/// table.</remarks>
internal static unsafe class ConvolutionMethods<T, TV, S>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>Channels on both sides from which Winograd's transforms of a batch, three additions of vectors a number, cost less
    /// than half of the multiplications that they save.</summary>
    private const int WinogradChannels = 16;

    /// <summary>Channels on both sides from which the transforms of kernels of a row or column pay, which save half.</summary>
    private const int WinogradLineChannels = 24;

    /// <summary>Pixels (of V images) from which transforming a kernel costs less than half of what it saves. Weights that stay are
    /// transformed once.</summary>
    private const int WinogradPixels = 64;

    /// <summary>The share of the direct way's multiplications up to which those of 3 × 3 kernels pay: that of tiles of which half
    /// lies in the plane.</summary>
    private const double WinogradSquareShare = 0.5;

    /// <summary>The same for kernels of a row or column, whose transforms are shorter.</summary>
    private const double WinogradLineShare = 0.6;

    /// <summary>Terms of a weight's sum, tiles × V images, for which transforming the sums back, four numbers a weight,
    /// pays.</summary>
    private const int WinogradTerms = 16;

    /// <summary>Channels on both sides for one image, whose weights are transformed once.</summary>
    private const int WinogradImageChannels = 16;

    /// <summary>Rows and columns of one image, 4 tiles.</summary>
    private const int WinogradImageSide = 8;

    /// <summary>Kernels whose transformed weights, four times as many as the weights, don't stay near: they need more tiles to be
    /// read for.</summary>
    private const int ManyKernels = 16 << 10;

    /// <summary>Rows and columns of one image for <see cref="ManyKernels"/>, 9 tiles.</summary>
    private const int WinogradManyKernelsSide = 12;

    /// <summary>Channels of images that are worth transposing: two vectors of 16.</summary>
    private const int TransposedChannels = 32;

    /// <summary>Outputs of an image, so few that adding up lanes costs the direct way a good part of its time.</summary>
    private const int FewPixels = 200;

    /// <summary>Products that a number of an image of <see cref="FewPixels"/> is to be part of, for its transposition.</summary>
    private const int FewestUses = 64;

    /// <summary>The same for larger images.</summary>
    private const int ManyUses = 256;

    /// <summary>The part of the direct way's time that 3 × 3 kernels take.</summary>
    private const double WinogradSquareTime = 0.5;

    /// <summary>The share of an output's gradient that is not zero, up to which it pays to look for those numbers: each is worth
    /// a load and a store of what the other methods keep in registers.</summary>
    private const double SparseDensity = 1.0 / 16;

    /// <summary>Products of such a number, those of its window with its weights, for which finding it costs little. Of fewer
    /// products, so much fewer numbers pay.</summary>
    private const int SparseProducts = 256;

    /// <summary>Products that a number of the image is to be part of, for its transposition there and back.</summary>
    private const int SparseUses = 32;

    /// <summary>The method for batches, forward or back to the input.</summary>
    /// <param name="g">The shape.</param>
    /// <param name="blocks">Blocks of V images.</param>
    /// <param name="constantWeights">Whether the weights are the same at every call.</param>
    public static ConvolutionMethod Pass(in ConvGeometry g, int blocks, bool constantWeights)
    {
        if (g.IsDepthwise)
            return ConvolutionMethod.Depthwise;
        bool pays = constantWeights || (long)blocks * g.OutHeight * g.OutWidth >= WinogradPixels;
        return pays && WinogradFits(g) ? ConvolutionMethod.Winograd : ConvolutionMethod.Direct;
    }

    /// <summary>The method for the gradient of the weights.</summary>
    /// <param name="g">The shape.</param>
    /// <param name="blocks">Blocks of V images.</param>
    public static ConvolutionMethod WeightGradient(in ConvGeometry g, int blocks)
    {
        if (g.IsDepthwise)
            return ConvolutionMethod.Depthwise;
        if (IsSquare(g) && WinogradFits(g)
            && (long)blocks * WinogradForm.Square.Tiles(g.OutHeight, g.OutWidth).Count * S.Lanes >= WinogradTerms)
            return ConvolutionMethod.Winograd;
        // A panel of a block of images is to fit the chunk that is transposed at once, or nearly.
        long panelBytes = (long)g.Height * g.Width * S.Lanes * S.TileColumns * S.Lanes * sizeof(T);
        bool transposes = g is { Groups: 1, InChannels: >= TransposedChannels } && panelBytes <= 2 * Blocking.SumChunkBytes
            && Uses(g) >= (g.OutHeight * g.OutWidth <= FewPixels ? FewestUses : ManyUses);
        return transposes ? ConvolutionMethod.Transposed : ConvolutionMethod.Direct;
    }

    /// <summary>Whether gradients are sums over the few numbers of the output's gradient that are not zero.</summary>
    /// <param name="g">The shape.</param>
    /// <param name="density">Their share.</param>
    public static bool IsSparse(in ConvGeometry g, double density)
    {
        double most = SparseDensity * Math.Min(1, (double)g.InChannels * g.KernelArea / SparseProducts);
        return density <= (IsSquare(g) ? most * WinogradSquareTime : most)
            && g.Groups == 1 && g.InChannels >= S.Lanes && Uses(g) >= SparseUses;
    }

    /// <summary>The method for one image.</summary>
    /// <param name="g">The shape.</param>
    /// <param name="planarInput">Whether the image lies channel after channel, as it came: only the direct way reads it
    /// so.</param>
    public static ConvolutionMethod OneImage(in ConvGeometry g, bool planarInput)
    {
        if (planarInput)
            return ConvolutionMethod.Direct;
        if (g.IsDepthwise)
            return ConvolutionMethod.Depthwise;
        int side = g.InChannels * g.OutChannels > ManyKernels ? WinogradManyKernelsSide : WinogradImageSide;
        return IsSquare(g) && g is { InChannels: >= WinogradImageChannels, OutChannels: >= WinogradImageChannels }
            && Math.Min(g.OutHeight, g.OutWidth) >= side
            ? ConvolutionMethod.Winograd
            : ConvolutionMethod.Direct;
    }

    /// <summary>The products that a number of the image is part of.</summary>
    private static int Uses(in ConvGeometry g) => g.OutChannels * g.KernelArea / (g.StrideH * g.StrideW);

    private static bool IsSquare(in ConvGeometry g) => WinogradForm.Of(g) == WinogradForm.Square;

    /// <summary>Whether batches are cut into tiles without much waste.</summary>
    private static bool WinogradFits(in ConvGeometry g)
    {
        if (WinogradForm.Of(g) is not { } form || g.PadH >= g.KernelH || g.PadW >= g.KernelW)
            return false;
        (int channels, double most) = form == WinogradForm.Square
            ? (WinogradChannels, WinogradSquareShare)
            : (WinogradLineChannels, WinogradLineShare);
        long products = (long)form.Products * form.Tiles(g.OutHeight, g.OutWidth).Count;
        return Math.Min(g.InChannels, g.OutChannels) >= channels && products <= most * g.OutHeight * g.OutWidth * g.KernelArea;
    }
}
