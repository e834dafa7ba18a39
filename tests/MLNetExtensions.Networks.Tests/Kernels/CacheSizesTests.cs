using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Networks.Tests.Kernels;

[Collection(nameof(KernelBench))]
public unsafe class CacheSizesTests
{
    [Fact]
    public void The_systems_caches_are_a_cores_share_without_its_siblings_and_those_of_instructions()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            Add(0, "1", "Data", "48K", "0,64");
            Add(1, "1", "Instruction", "64K", "0,64");
            Add(2, "2", "Unified", "2M", "0-1,64-65");
            Add(3, "3", "Unified", "16384K", "0-7,64-71");
            IReadOnlyCollection<SystemCache> caches = SystemCaches.ReadLinux(folder.FullName);
            Assert.Equal([new(1, 48 << 10, 2), new(2, 2 << 20, 4), new(3, 16 << 20, 16)], caches.OrderBy(cache => cache.Level));
            Assert.Equal(new(48 << 10, 1 << 20, 16 << 20), CacheSizes.Of(caches));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        void Add(int index, string level, string type, string size, string shared)
        {
            DirectoryInfo cache = folder.CreateSubdirectory($"index{index}");
            foreach ((string name, string text) in new[] { ("level", level), ("type", type), ("size", size), ("shared_cpu_list", shared) })
                File.WriteAllText(Path.Combine(cache.FullName, name), text + "\n");
        }
    }

    /// <summary>Entries as a 64-bit Windows lays them out.</summary>
    [Fact]
    public void Of_windows_entries_only_caches_of_data_of_the_first_processor_count()
    {
        const int Core = 0, Cache = 2, Unified = 0, Instruction = 1, Data = 2;
        byte[] entries =
        [
            .. Entry(0b11, Core, 1, 0, 0), .. Entry(0b11, Cache, 1, 48 << 10, Data), .. Entry(0b11, Cache, 1, 32 << 10, Instruction),
            .. Entry(0b11, Cache, 2, 1 << 20, Unified), .. Entry(0b1100, Cache, 2, 2 << 20, Unified), .. Entry(0xffff, Cache, 3, 32 << 20, Unified),
        ];
        Assert.Equal([new(1, 48 << 10, 2), new(2, 1 << 20, 2), new(3, 32 << 20, 16)], SystemCaches.OfWindows(entries));

        static byte[] Entry(long mask, int relationship, byte level, int size, int type) =>
        [
            .. BitConverter.GetBytes(mask), .. BitConverter.GetBytes(relationship), 0, 0, 0, 0,
            level, 8, 64, 0, .. BitConverter.GetBytes(size), .. BitConverter.GetBytes(type), 0, 0, 0, 0,
        ];
    }

    [Fact]
    public void A_shared_second_level_is_the_last_where_there_is_no_third() =>
        Assert.Equal(new(128 << 10, 4 << 20, 16 << 20), CacheSizes.Of([new(1, 128 << 10, 1), new(2, 16 << 20, 4)]));

    [Fact]
    public void A_system_that_does_not_say_has_the_reference_and_none_is_believed_anything()
    {
        Assert.Equal(CacheSizes.Reference, CacheSizes.Of([]));
        Assert.Empty(SystemCaches.ReadLinux("/no/such/folder"));
        Assert.Equal(new(256 << 10, 4 << 20, 128 << 20), CacheSizes.Of([new(1, 1 << 30, 1), new(2, 1 << 30, 1), new(3, 1 << 30, 1)]));
        Assert.InRange(CacheSizes.Machine.Level1, 16 << 10, 256 << 10);
        Assert.True(CacheSizes.Machine.Level1 < CacheSizes.Machine.Level2 && CacheSizes.Machine.Level2 < CacheSizes.Machine.Level3);
    }

    public static TheoryData<string> Methods => [.. Enum.GetNames<ConvolutionMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Caches_do_not_change_a_bit(string method)
    {
        ConvolutionMethod parsed = Enum.Parse<ConvolutionMethod>(method);
        ConvGeometry g = parsed switch
        {
            ConvolutionMethod.Depthwise => new(34, 19, 23, 34, 3, 3, PadH: 1, PadW: 1, Groups: 34),
            ConvolutionMethod.Winograd => new(70, 26, 25, 66, 3, 3, PadH: 1, PadW: 1),
            ConvolutionMethod.Transposed => new(144, 14, 13, 72, 1, 1),
            _ => new(144, 21, 18, 44, 5, 3, StrideH: 2, PadH: 2, PadW: 1),
        };
        CheckCaches(g, parsed);
    }

    /// <summary>The gradients of their weights have another method.</summary>
    [Fact]
    public void Caches_do_not_change_a_bit_of_lines_by_Winograd() => CheckCaches(new(70, 3, 45, 66, 1, 4, PadW: 3), method: null);

    private static void CheckCaches(ConvGeometry g, ConvolutionMethod? method)
    {
        foreach (SimdLevel level in SimdLevels.Supported)
        {
            double[] small = Run(g, method, level, new(2 << 10, 16 << 10, 256 << 10));
            Assert.Equal(small, Run(g, method, level, CacheSizes.Reference));
            Assert.Equal(small, Run(g, method, level, new(1 << 20, 64 << 20, 1 << 30)));
        }
    }

    /// <summary>A convolution of three blocks of images with its gradients, and of one image.</summary>
    private static double[] Run(ConvGeometry g, ConvolutionMethod? method, SimdLevel level, CacheSizes caches)
    {
        KernelSet<float> kernels = KernelSet<float>.For(level, blocking: new(caches));
        (Random random, int lanes, WorkerPool pool) = (new(1), kernels.Lanes, KernelBench.Pool(2));
        (int inner, int outer, int n) = (g.InChannels * g.Height * g.Width, g.OutChannels * g.OutHeight * g.OutWidth, 3 * lanes);
        double[] pixels = KernelBench.Numbers(random, n * inner);
        using NativeBuffer<float> w = KernelBench.Flat<float>(KernelBench.Numbers(random, g.WeightCount));
        using NativeBuffer<float> x = KernelBench.Blocked<float>(pixels, n, inner, lanes);
        using NativeBuffer<float> dy = KernelBench.Blocked<float>(KernelBench.Numbers(random, n * outer), n, outer, lanes);
        using NativeBuffer<float> y = KernelBench.Blocked<float>(n, outer, lanes);
        using NativeBuffer<float> dx = KernelBench.Blocked<float>(n, inner, lanes);
        using NativeBuffer<float> dw = KernelBench.Blocked<float>(1, g.WeightCount, 1);
        using NativeBuffer<float> db = KernelBench.Blocked<float>(1, g.OutChannels, 1);
        using BatchConvolution<float> batch = kernels.Convolution(g, 3, pool, method: method);
        batch.Forward(x.Pointer, w.Pointer, null, y.Pointer, 3, Rectifier.None);
        batch.BackwardData(dy.Pointer, w.Pointer, dx.Pointer, 3);
        batch.BackwardWeights(x.Pointer, dy.Pointer, dw.Pointer, db.Pointer, 3);

        using NativeBuffer<float> image = KernelBench.Blocked<float>(pixels[..inner], g.InChannels, g.Height * g.Width, lanes);
        using NativeBuffer<float> map = KernelBench.Blocked<float>(g.OutChannels, g.OutHeight * g.OutWidth, lanes);
        using ChannelConvolution<float> single = kernels.ChannelConvolution(g, pool);
        single.SetWeights(w.Pointer, null);
        single.Forward(image.Pointer, map.Pointer, Rectifier.None);
        return
        [
            .. KernelBench.Flat(y), .. KernelBench.Flat(dx), .. KernelBench.Flat(dw), .. KernelBench.Flat(db),
            .. KernelBench.Flat(map),
        ];
    }
}
