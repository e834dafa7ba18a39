using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Makes the kernels of one vector width. What it makes belongs to one session and is to be disposed: convolutions share
/// scratch memory, so no two of them may run at the same time.</summary>
internal abstract class KernelSet<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public abstract SimdLevel Level { get; }

    /// <summary>Elements side by side in the blocked layouts.</summary>
    public abstract int Lanes { get; }

    /// <summary>The kernels of <paramref name="level"/>.</summary>
    /// <param name="level">The vector width.</param>
    /// <param name="packed">Keeps packed weights for all kernel sets of a network; null where kernels are used by
    /// themselves.</param>
    /// <param name="blocking">How much is done at once; null for what suits this machine.</param>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the level.</exception>
    public static KernelSet<T> For(SimdLevel level, PackedWeights<T>? packed = null, Blocking? blocking = null) =>
        SimdLevels.Bind<T, Binder, KernelSet<T>>(level, new Binder(level, packed, blocking ?? Blocking.Machine));

    /// <param name="geometry">The shape.</param>
    /// <param name="maxBlocks">Most blocks of V images that will be passed at once.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="constantWeights">Whether the forward pass gets the same weights at every call.</param>
    /// <param name="method">The method, to measure it; null for the shape's (<see cref="ConvolutionMethods{T,TV,S}"/>).</param>
    public abstract BatchConvolution<T> Convolution(
        in ConvGeometry geometry, int maxBlocks, WorkerPool pool, bool constantWeights = false,
        ConvolutionMethod? method = null);

    public abstract BatchLinear<T> Linear(int inFeatures, int outFeatures, int maxBlocks, WorkerPool pool);

    public abstract SparseLinear<T> SparseLinear(int inFeatures, int outFeatures, WorkerPool pool);

    public abstract Pooling<T> MaxPool(in PoolGeometry geometry, WorkerPool pool);

    public abstract Pooling<T> AvgPool(in PoolGeometry geometry, WorkerPool pool);

    public abstract Pooling<T> AdaptiveAvgPool(int height, int width, int outHeight, int outWidth, WorkerPool pool);

    /// <param name="geometry">The shape.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="planarInput">Whether the image lies channel after channel, <c>[in][H][W]</c>: of ungrouped convolutions from
    /// fewer channels than lanes.</param>
    /// <param name="method">The method, to measure it; null for the shape's.</param>
    public abstract ChannelConvolution<T> ChannelConvolution(
        in ConvGeometry geometry, WorkerPool pool, bool planarInput = false, ConvolutionMethod? method = null);

    public abstract ChannelLinear<T> ChannelLinear(int channels, int height, int width, int outFeatures, WorkerPool pool);

    public abstract LayoutConversion<T> Layout(WorkerPool pool);

    public abstract Gemm<T> Gemm(WorkerPool pool);

    public abstract LaneMatMul<T> LaneMatMul(in LaneMatMulShape shape, WorkerPool pool);

    public abstract LaneAttention<T> Attention(in AttentionShape shape, WorkerPool pool);

    public abstract PlaceAttention<T> PlaceAttention(in AttentionShape shape, WorkerPool pool);

    private readonly struct Binder(SimdLevel level, PackedWeights<T>? packed, Blocking blocking) : ISimdBinder<T, KernelSet<T>>
    {
        public KernelSet<T> Bind<TV, S>()
            where TV : unmanaged
            where S : struct, ISimd<T, TV> => new Bound<TV, S>(level, packed, blocking);
    }

    private sealed class Bound<TV, S>(SimdLevel level, PackedWeights<T>? packed, Blocking blocking) : KernelSet<T>
        where TV : unmanaged
        where S : struct, ISimd<T, TV>
    {
        private readonly Scratch<T> _scratch = new();

        public override SimdLevel Level => level;

        public override int Lanes => S.Lanes;

        public override BatchConvolution<T> Convolution(
            in ConvGeometry geometry, int maxBlocks, WorkerPool pool, bool constantWeights, ConvolutionMethod? method) =>
            new BatchConvolution<T, TV, S>(geometry, maxBlocks, pool, _scratch, packed, blocking, constantWeights, method);

        public override BatchLinear<T> Linear(int inFeatures, int outFeatures, int maxBlocks, WorkerPool pool) =>
            new BatchLinear<T, TV, S>(inFeatures, outFeatures, maxBlocks, pool);

        public override SparseLinear<T> SparseLinear(int inFeatures, int outFeatures, WorkerPool pool) =>
            new SparseLinear<T, TV, S>(inFeatures, outFeatures, pool);

        public override Pooling<T> MaxPool(in PoolGeometry geometry, WorkerPool pool) => new MaxPool<T, TV, S>(geometry, pool);

        public override Pooling<T> AvgPool(in PoolGeometry geometry, WorkerPool pool) =>
            AvgPool<T, TV, S>.Sliding(geometry, pool);

        public override Pooling<T> AdaptiveAvgPool(int height, int width, int outHeight, int outWidth, WorkerPool pool) =>
            AvgPool<T, TV, S>.Adaptive(height, width, outHeight, outWidth, pool);

        public override ChannelConvolution<T> ChannelConvolution(
            in ConvGeometry geometry, WorkerPool pool, bool planarInput, ConvolutionMethod? method) =>
            (method ?? ConvolutionMethods<T, TV, S>.OneImage(geometry, planarInput)) switch
            {
                ConvolutionMethod.Depthwise => new DepthwiseChannelConvolution<T, TV, S>(geometry, pool, blocking),
                ConvolutionMethod.Winograd => new WinogradChannelConvolution<T, TV, S>(geometry, pool, packed, blocking),
                _ => new DirectChannelConvolution<T, TV, S>(geometry, pool, packed, blocking, planarInput),
            };

        public override ChannelLinear<T> ChannelLinear(int channels, int height, int width, int outFeatures, WorkerPool pool) =>
            new ChannelLinear<T, TV, S>(channels, height, width, outFeatures, pool, packed);

        public override LayoutConversion<T> Layout(WorkerPool pool) => new LayoutConversion<T, TV, S>(pool);

        public override Gemm<T> Gemm(WorkerPool pool) => new PackedGemm<T, TV, S>(pool, _scratch);

        public override LaneMatMul<T> LaneMatMul(in LaneMatMulShape shape, WorkerPool pool) =>
            new LaneMatMul<T, TV, S>(shape, pool);

        public override LaneAttention<T> Attention(in AttentionShape shape, WorkerPool pool) =>
            new LaneAttention<T, TV, S>(shape, pool);

        public override PlaceAttention<T> PlaceAttention(in AttentionShape shape, WorkerPool pool) =>
            new PlaceAttention<T, TV, S>(shape, pool);
    }
}
