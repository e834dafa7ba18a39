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
            _text = device == "cpu" || AskDriver() is not { } mebibytes
                ? $"{device}, {Environment.WorkingSet >> 20:N0} MiB"
                : $"{device}, {mebibytes:N0} MiB on the GPU";
            _sinceAsked.Restart();
        }
        return _text;
    }

    private static long? AskDriver()
    {
        try
        {
            using Process query = Process.Start(new ProcessStartInfo("nvidia-smi", "--query-compute-apps=pid,used_memory --format=csv,noheader,nounits")
            {
                RedirectStandardOutput = true,
            })!;
            string[][] lines = [.. query.StandardOutput.ReadToEnd().Split('\n').Select(line => line.Split(','))];
            string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            return lines.FirstOrDefault(line => line.Length == 2 && line[0].Trim() == own) is [_, string used]
                && long.TryParse(used, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long mebibytes)
                ? mebibytes
                : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No such program: the memory of the machine is shown instead.
            return null;
        }
    }
}
