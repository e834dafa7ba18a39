using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Asks the operating system for the caches of the first logical processor.</summary>
internal static unsafe partial class SystemCaches
{
    private const string LinuxFolder = "/sys/devices/system/cpu/cpu0/cache";

    /// <summary>The caches; none where the system doesn't say.</summary>
    public static IReadOnlyCollection<SystemCache> Read()
    {
        try
        {
            return OperatingSystem.IsWindows() ? ReadWindows()
                : OperatingSystem.IsMacOS() ? ReadMacOS()
                : ReadLinux(LinuxFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException
            or EntryPointNotFoundException or DllNotFoundException)
        {
            return [];
        }
    }

    /// <summary>The caches that sysfs describes in a folder, each in one of its own.</summary>
    public static IReadOnlyCollection<SystemCache> ReadLinux(string folder)
    {
        List<SystemCache> caches = [];
        foreach (string cache in Directory.Exists(folder) ? Directory.GetDirectories(folder, "index*") : [])
        {
            if (Read("type") != "Instruction")
                caches.Add(new(Number(Read("level")), Bytes(Read("size")), CountOf(Read("shared_cpu_list"))));

            string Read(string file) => File.ReadAllText(Path.Combine(cache, file)).Trim();
        }
        return caches;

        static long Bytes(string size) => size switch
        {
            [.. string number, 'K'] => (long)Number(number) << 10,
            [.. string number, 'M'] => (long)Number(number) << 20,
            _ => Number(size),
        };
        // "0-3,8-11"
        static int CountOf(string list) => list.Split(',').Select(range => range.Split('-')).Sum(
            range => Number(range[^1]) - Number(range[0]) + 1);
        static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static List<SystemCache> ReadMacOS()
    {
        // Where cores are of two kinds, perflevel0 are the fast ones.
        List<SystemCache> caches = [];
        Add(1, Value("hw.perflevel0.l1dcachesize") ?? Value("hw.l1dcachesize"), 1);
        Add(2, Value("hw.perflevel0.l2cachesize") ?? Value("hw.l2cachesize"), Value("hw.perflevel0.cpusperl2") ?? 1);
        Add(3, Value("hw.perflevel0.l3cachesize") ?? Value("hw.l3cachesize"), 1);
        return caches;

        void Add(int level, long? bytes, long threads)
        {
            if (bytes is > 0)
                caches.Add(new(level, bytes.Value, (int)threads));
        }

        static long? Value(string name)
        {
            long value = 0;
            nuint size = sizeof(long);
            return SysCtlByName(name, &value, &size, null, 0) == 0 ? value : null;
        }
    }

    private static IReadOnlyCollection<SystemCache> ReadWindows()
    {
        uint length = 0;
        GetLogicalProcessorInformation(null, ref length);
        byte[] entries = new byte[length];
        fixed (byte* first = entries)
            return GetLogicalProcessorInformation(first, ref length) ? OfWindows(entries) : [];
    }

    /// <summary>The caches among SYSTEM_LOGICAL_PROCESSOR_INFORMATION entries.</summary>
    public static IReadOnlyCollection<SystemCache> OfWindows(ReadOnlySpan<byte> entries)
    {
        const int Cache = 2, Instruction = 1;
        List<SystemCache> caches = [];
        foreach (WindowsEntry entry in MemoryMarshal.Cast<byte, WindowsEntry>(entries))
        {
            if (entry.Relationship == Cache && entry.Cache.Type != Instruction && (entry.Mask & 1) != 0)
                caches.Add(new(entry.Cache.Level, entry.Cache.Size, BitOperations.PopCount(entry.Mask)));
        }
        return caches;
    }

    [LibraryImport("libc", EntryPoint = "sysctlbyname", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SysCtlByName(string name, void* value, nuint* size, void* newValue, nuint newSize);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetLogicalProcessorInformation(byte* entries, ref uint length);

    /// <summary>SYSTEM_LOGICAL_PROCESSOR_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct WindowsEntry
    {
        public nuint Mask;
        public int Relationship;
        public WindowsCache Cache;
    }

    /// <summary>Its union, as it is for a cache: what is reserved in it aligns it to 8 bytes.</summary>
    [StructLayout(LayoutKind.Explicit)]
    private struct WindowsCache
    {
        [FieldOffset(0)]
        public byte Level;
        [FieldOffset(4)]
        public uint Size;
        [FieldOffset(8)]
        public int Type;
        [FieldOffset(0)]
        private readonly ulong _reserved0;
        [FieldOffset(8)]
        private readonly ulong _reserved1;
    }
}
