using System.Diagnostics;

namespace MLNetExtensions.Tests.Faults;

/// <summary>A disk of a few KiB, which is full soon: a tmpfs, for which a process needs the right to mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("mlnetextensions-disk-").FullName;

    private SmallDisk()
    {
    }

    public string File(string name) => Path.Combine(_path, name);

    /// <summary>A disk; null where this process may not make one.</summary>
    public static SmallDisk? TryCreate(int kibibytes)
    {
        SmallDisk disk = new();
        if (OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", disk._path))
            return disk;
        Directory.Delete(disk._path);
        return null;
    }

    /// <summary>Lets nobody write any more.</summary>
    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", _path));

    public void Dispose()
    {
        Run("umount", _path);
        Directory.Delete(_path);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
