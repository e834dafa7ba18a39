using System.Diagnostics;
using System.Globalization;

namespace Samples.Cuda;

/// <summary>The memory that this process takes: on the GPU as the driver's nvidia-smi counts it, else on the machine.</summary>
internal sealed class DeviceMemory(string device)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _sinceAsked = new();
    private string _text = "";

    /// <summary>Device and memory, for the progress line; asks at most every five seconds.</summary>
    public string Describe()
    {
        if (!_sinceAsked.IsRunning || _sinceAsked.Elapsed > Interval)
        {
            _text = device != "cpu" && AskDriver() is { } mebibytes
                ? $"{device}, {mebibytes:N0} MiB on the GPU"
                : $"{device}, {Environment.WorkingSet >> 20:N0} MiB in main memory";
            _sinceAsked.Restart();
        }
        return _text;
    }

    private static long? AskDriver()
    {
        try
        {
            ProcessStartInfo command = new("nvidia-smi", "--query-compute-apps=pid,used_memory --format=csv,noheader,nounits")
            {
                RedirectStandardOutput = true,
            };
            using Process query = Process.Start(command)!;
            string[][] lines = [.. query.StandardOutput.ReadToEnd().Split('\n').Select(line => line.Split(", "))];
            string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            return lines.FirstOrDefault(line => line is [string id, _] && id == own) is [_, string used]
                && long.TryParse(used, NumberStyles.None, CultureInfo.InvariantCulture, out long mebibytes)
                ? mebibytes
                : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
            return null;
        }
    }
}
