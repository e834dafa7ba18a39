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

        static long Bytes(string size) => size[^1] switch
        {
            'K' => (long)Number(size[..^1]) << 10,
            'M' => (long)Number(size[..^1]) << 20,
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

    private static List<SystemCache> ReadWindows()
    {
        const int Cache = 2, Instruction = 1;
        uint length = 0;
        GetLogicalProcessorInformation(null, ref length);
        WindowsEntry[] entries = new WindowsEntry[length / sizeof(WindowsEntry)];
        fixed (WindowsEntry* first = entries)
        {
            if (entries.Length == 0 || !GetLogicalProcessorInformation(first, ref length))
                return [];
        }
        return
        [
            .. entries.Where(entry => entry.Relationship == Cache && entry.Type != Instruction && (entry.Mask & 1) != 0)
                .Select(entry => new SystemCache(entry.Level, entry.Size, BitOperations.PopCount(entry.Mask))),
        ];
    }

    [LibraryImport("libc", EntryPoint = "sysctlbyname", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SysCtlByName(string name, void* value, nuint* size, void* newValue, nuint newSize);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetLogicalProcessorInformation(WindowsEntry* entries, ref uint length);

    /// <summary>SYSTEM_LOGICAL_PROCESSOR_INFORMATION, as it is for a cache.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct WindowsEntry
    {
        public nuint Mask;
        public int Relationship;
        public byte Level;
        public byte Associativity;
        public ushort LineSize;
        public uint Size;
        public int Type;
        private readonly ulong _reserved;
    }
}
