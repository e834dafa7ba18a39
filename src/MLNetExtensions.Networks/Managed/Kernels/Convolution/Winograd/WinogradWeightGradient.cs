using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradient of a 3 × 3 convolution's weights and biases, batch-lane, by the transpose of Winograd's F(4 × 4, 3 × 3):
/// <c>dg = Gᵀ · (Σ over tiles of (A · dy · Aᵀ) ∘ (Bᵀ · x · B)) · G</c>, again a quarter of the multiplications. The 36 sums over
/// the tiles of V images each are matrix products.
/// </summary>
internal sealed unsafe class WinogradWeightGradient<T, TV, S> : MatrixWeightGradient<T, TV, S>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int Products = WinogradTransform<T, TV, S>.Products;

    private readonly WinogradTiles _tiles;
    private readonly int _chunkTiles;
    private readonly nint _depth;
    private readonly nint _patchStep;
    private readonly nint _gradientStep;
    private readonly NativeBuffer<Tap> _taps;
    private readonly ItemWork _transformation;
    private readonly ItemWork _multiplication;

    private T* _patches;
    private T* _gradients;
    private int _firstTile;
    private int _tileCount;

    public WinogradWeightGradient(in ConvGeometry geometry, int maxBlocks, WorkerPool pool, Scratch<T> scratch)
        : base(geometry, Products, (nint)ChunkTiles(geometry, maxBlocks) * S.Lanes, pool, scratch)
    {
        _tiles = Tiles(geometry);
        _chunkTiles = ChunkTiles(geometry, maxBlocks);
        _depth = (nint)_chunkTiles * S.Lanes;

        // One vector more than needed keeps the 36 matrices from starting at the same place of a cache's sets.
        _patchStep = Panels.Parts * _depth * PanelPitch + S.Lanes;
        _gradientStep = geometry.OutChannels * _depth + S.Lanes;
        _taps = Tap.Series(_depth, 1, PanelPitch);
        _transformation = new ItemWork(Transform);
        _multiplication = new ItemWork(Multiply);
    }

    public override void Dispose()
    {
        base.Dispose();
        _taps.Dispose();
    }

    protected override nint ChunkLength => Products * (_patchStep + _gradientStep);

    protected override void AddChunks(WorkerPool pool, T* room)
    {
        _patches = room;
        _gradients = room + Products * _patchStep;
        Split chunks = Split.ByMost(Blocks * _tiles.Count, _chunkTiles);
        int outVectors = (Geometry.OutChannels + S.Lanes - 1) / S.Lanes;
        for (int chunk = 0; chunk < chunks.Parts; chunk++)
        {
            (_firstTile, _tileCount) = (chunks[chunk], chunks[chunk + 1] - chunks[chunk]);
            pool.Run(_transformation, _tileCount * (InVectors + outVectors));
            pool.Run(_multiplication, Products * Panels.Parts);
        }
    }

    protected override void Write(T* sum, nint step, T* kernels)
    {
        ConvGeometry g = Geometry;
        for (int c = 0; c < g.InChannels; c += S.Lanes)
        {
            WinogradWeights<T, TV, S>.Gradient(
                sum + c, step, Math.Min(S.Lanes, g.InChannels - c), kernels + c * g.KernelArea);
        }
    }

    private static WinogradTiles Tiles(in ConvGeometry g) => WinogradForm.Square.Tiles(g.OutHeight, g.OutWidth);

    private static int ChunkTiles(in ConvGeometry g, int maxBlocks)
    {
        long tileBytes = (long)Products * (g.InChannels + g.OutChannels) * S.Lanes * sizeof(T);
        int tiles = maxBlocks * Tiles(g).Count;
        return (int)Math.Min(Math.Max(Blocking.SumChunkBytes / tileBytes, Blocking.SumTerms / S.Lanes), tiles);
    }

    /// <summary>Transforms V channels of a tile, of the images or of the gradient.</summary>
    private void Transform(int item)
    {
        (int vector, int tile) = Math.DivRem(item, _tileCount);
        (int image, int top, int left) = _tiles.Place(_firstTile + tile);
        if (vector < InVectors)
            TransformPatches(vector, image, top, left, tile);
        else
            TransformGradients((vector - InVectors) * S.Lanes, image, top, left, tile);
    }

    /// <summary>Patches of V input channels to [36][panel][tile][lane][in]: they are transformed to squares, then these are
    /// transposed.</summary>
    [SkipLocalsInit]
    private void TransformPatches(int vector, int image, int top, int left, int tile)
    {
        ConvGeometry g = Geometry;
        TV* squaresRoom = stackalloc TV[Products * S.Lanes + 1];
        TV* squares = Aligned.To(squaresRoom);
        int first = vector * S.Lanes;
        int channels = Math.Min(S.Lanes, g.InChannels - first);
        new Span<TV>(squares, channels == S.Lanes ? 0 : Products * S.Lanes).Clear();
        for (int c = 0; c < channels; c++)
        {
            WinogradTransform<T, TV, S>.Input(
                Images + ((nint)image * g.InChannels + first + c) * g.Height * g.Width * S.Lanes, g.Height, g.Width,
                top - g.PadH, left - g.PadW, (T*)(squares + c), S.Lanes * S.Lanes);
        }
        int panel = Panels.PartOf(vector);
        T* to = _patches + (panel * _depth + (nint)tile * S.Lanes) * PanelPitch + (vector - Panels[panel]) * S.Lanes;
        for (int i = 0; i < Products; i++)
            Transpose<T, TV, S>.Square((T*)(squares + i * S.Lanes), S.Lanes, to + i * _patchStep, PanelPitch);
    }

    /// <summary>Gradients of up to V output channels to [36][out][tile][lane].</summary>
    private void TransformGradients(int first, int image, int top, int left, int tile)
    {
        ConvGeometry g = Geometry;
        for (int o = first; o < Math.Min(first + S.Lanes, g.OutChannels); o++)
        {
            WinogradTransform<T, TV, S>.OutputGradient(
                Gradient + ((nint)image * g.OutChannels + o) * g.OutHeight * g.OutWidth * S.Lanes,
                g.OutHeight, g.OutWidth, top, left, _gradients + o * _depth + tile * S.Lanes, _gradientStep);
        }
    }

    /// <summary>Adds a chunk to one panel of one of the 36 products.</summary>
    private void Multiply(int item)
    {
        (int i, int panel) = Math.DivRem(item, Panels.Parts);
        TileCall<T> call = new()
        {
            A = _gradients + i * _gradientStep,
            B = _patches + i * _patchStep + panel * _depth * PanelPitch,
            Taps = _taps.Pointer,
            TapCount = _tileCount * S.Lanes,
            Steps = 1,
        };
        Multiply(call, i, panel, 0..OutTiles.Parts, adds: _firstTile > 0);
    }
}
