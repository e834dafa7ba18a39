using System.Security.Cryptography;
using Spectre.Console;

namespace Samples;

/// <summary>
/// Where samples find their data: the path given, else the folder in <c>MLNETEXT_DATA</c>, else a
/// download that is kept in the user's cache.
/// </summary>
public static class SampleData
{
    /// <summary>The environment variable that names a folder of data sets.</summary>
    public const string Variable = "MLNETEXT_DATA";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A folder of the one in <see cref="Variable"/>; null when there is none.</summary>
    public static string? Folder(string name) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } data && Path.Combine(data, name) is var folder
            && Directory.Exists(folder) ? folder : null;

    /// <summary>A file, and a sentence on where it comes from.</summary>
    /// <param name="path">The path given on the command line, or null.</param>
    /// <param name="relativePath">Where the file lies in the folder of <see cref="Variable"/>.</param>
    /// <param name="publicFile">Where it can be downloaded.</param>
    /// <returns>The file; null, with the reason, when there is none to be had.</returns>
    /// <exception cref="FileNotFoundException">The path given does not exist.</exception>
    public static async Task<(string? Path, string Origin)> FindAsync(string? path, string relativePath, PublicFile publicFile)
    {
        if (path is not null)
            return File.Exists(path)
                ? (path, path)
                : throw new FileNotFoundException($"There is no file '{path}' (--data).", path);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder)
        {
            string file = Path.Combine(folder, relativePath);
            if (File.Exists(file))
                return (file, $"{file} ({Variable})");
        }
        string cached = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "MLNetExtensions", "data", Path.GetFileName(relativePath));
        if (File.Exists(cached) && await HashAsync(cached) == publicFile.Sha256)
            return (cached, $"{cached} (downloaded before)");
        try
        {
            await DownloadAsync(publicFile, cached);
            return (cached, $"{publicFile.Address} (kept in {cached})");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or InvalidDataException)
        {
            return (null, $"no {relativePath} in {Variable}, and {publicFile.Address.Host} can't be reached ({e.Message})");
        }
    }

    private static async Task DownloadAsync(PublicFile file, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string beside = path + ".part";
        using HttpClient client = new(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout });
        await AnsiConsole.Progress().StartAsync(async progress =>
        {
            ProgressTask task = progress.AddTask($"Downloading {file.Address}");
            using HttpResponseMessage response = await client.GetAsync(file.Address, HttpCompletionOption.ResponseHeadersRead);
            response.EnsureSuccessStatusCode();
            task.MaxValue = response.Content.Headers.ContentLength ?? 1;
            await using Stream source = await response.Content.ReadAsStreamAsync();
            await using FileStream destination = File.Create(beside);
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = await source.ReadAsync(buffer)) > 0;)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read));
                task.Increment(read);
            }
            task.Value = task.MaxValue;
        });
        if (await HashAsync(beside) != file.Sha256)
        {
            File.Delete(beside);
            throw new InvalidDataException("the file there has changed, its SHA-256 is another");
        }
        File.Move(beside, path, overwrite: true);
    }

    private static async Task<string> HashAsync(string path)
    {
        await using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
    }
}
