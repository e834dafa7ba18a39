namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// How much kernels do at once: every size that cuts a kernel's work, with its reason. What only decides which numbers are done
/// together comes from the machine's caches; what decides the order of a sum is the same everywhere, so that a seed gives the
/// same weights on any machine with vectors as wide.
/// </summary>
/// <param name="caches">The caches to work in.</param>
internal sealed class Blocking(CacheSizes caches)
{
    /// <summary>Work is cut into so many items where there is enough: fewer would leave threads idle, or waiting for the
    /// last.</summary>
    public const int WantedItems = 8;

    /// <summary>Parts of a batch, each with sums of its own that are added in order.</summary>
    public const int SumParts = 8;

    /// <summary>Weights of which every part can have a copy; more are cut by output channels instead.</summary>
    public const int CopiedWeights = 64 << 10;

    /// <summary>A padded band of images and its gradient, half of a second-level cache: lanes are added up once a band.</summary>
    public const long SumBandBytes = 512 << 10;

    /// <summary>The same of one channel, beside whose gradient it stays.</summary>
    public const long SumPlaneBytes = 256 << 10;

    /// <summary>Transformed or transposed numbers, of all threads, an eighth of a last-level cache: a sum is stored once a
    /// chunk.</summary>
    public const long SumChunkBytes = 4 << 20;

    /// <summary>Terms that a sum takes at least before it is stored: fewer, and storing costs more than computing.</summary>
    public const int SumTerms = 128;

    /// <summary>Terms of one image's sum that go by for all pixels of a band before the next ones: with 4 vectors of 64 bytes,
    /// their weights are a quarter of a second-level cache.</summary>
    public const int SweptTaps = 1024;

    /// <summary>Weights of attention, in vectors, that stay in a second-level cache from one product to the next.</summary>
    public const int AttentionWeights = 8192;

    /// <summary>Partial sums that are an item when they are added up.</summary>
    public const int AddedSums = 16 << 10;

    /// <summary>Numbers of a sparse gradient, of one example, that are listed before they are added.</summary>
    public const int ListedGradients = 8 << 10;

    /// <summary>Output channels whose products are transformed back while they are in the second-level cache.</summary>
    public const int WinogradChannels = 24;

    /// <summary>Tiles of output channels that use a panel of transposed images before the next panel.</summary>
    public const int TransposedTiles = 16;

    /// <summary>Channels that a pointwise convolution takes as the taps of one step.</summary>
    public const int MergedChannels = 64;

    /// <summary>Columns of A and rows of B of a packed matrix product: with <see cref="GemmRows"/> 384 KiB of A in single
    /// precision, and a panel of B of 128 KiB, stay in a second-level cache.</summary>
    public const int GemmDepth = 512;

    /// <summary>Rows of A.</summary>
    public const int GemmRows = 192;

    /// <summary>Columns of B.</summary>
    public const int GemmColumns = 1024;

    /// <summary>A block of V examples whose largest layer takes more bytes than this, half of a last-level cache, is slower than
    /// one example after the other.</summary>
    private const long LargestBlockBytes = 16 << 20;

    /// <summary>The sizes for this machine.</summary>
    public static Blocking Machine { get; } = new(CacheSizes.Machine);

    /// <summary>A padded band of images: half of the second level, the rest is for weights and results.</summary>
    public long BandBytes => caches.Level2 / 2;

    /// <summary>A padded plane that stays in the first level beside its result.</summary>
    public long PlaneBytes => caches.Level1 / 2;

    /// <summary>Weights that stay in the second level beside the images; more are gone through once a band.</summary>
    public long SweptWeightBytes => caches.Level2 / 4;

    /// <summary>Transformed inputs of a few tiles, beside their products, in the second level.</summary>
    public long WinogradTileBytes => caches.Level2 * 3 / 8;

    /// <summary>Transformed inputs and products of one image, of all threads: each of the 36 matrices of weights, four times as
    /// many as the weights, is read once for them.</summary>
    public long WinogradBandBytes => caches.Level3 / 4;

    /// <summary>Transposed images, of all threads.</summary>
    public long TransposedBytes => caches.Level3 / 8;

    /// <summary>Activations of examples that are scored together, for each thread.</summary>
    public long ScoredBytes => caches.Level2 / 2;

    /// <summary>Into how many parts each of some items is cut, so that threads can share them out evenly: of three whole ones, one
    /// of two threads would do two.</summary>
    public static int PartsOfItem(int items) => Math.Max(1, (2 * WantedItems + items - 1) / items);

    /// <summary>Taps of a long sum that are gone through in one step, so that the table of taps stays short: a divisor of the
    /// number of inputs, or all.</summary>
    public static int TapsPerStep(int inputs) => Factor.AtMost(inputs, 128) is int factor and >= 16 ? factor : inputs;

    /// <summary>The largest batch whose examples are scored one after the other, with channels side by side: of few examples most
    /// lanes of a block would be empty.</summary>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="blockBytes">What the largest layer takes for V examples.</param>
    public static int MostScoredSingly(int lanes, long blockBytes) =>
        blockBytes > LargestBlockBytes ? int.MaxValue : Math.Max(1, lanes / 4);
}
