using System.Globalization;

namespace MLNetExtensions.CudaKit;

/// <summary>What one side found: lines of a name, a tab and a value, to which every step adds its own.</summary>
/// <param name="folder">Where the file lies; made when it is missing.</param>
/// <param name="side">The file's name without the extension.</param>
internal sealed class ResultFile(string folder, string side)
{
    private readonly string _path = Path.Combine(folder, side + ".tsv");

    /// <summary>Adds a line, and says it.</summary>
    public void Add(string name, string value)
    {
        Directory.CreateDirectory(folder);
        File.AppendAllText(_path, $"{name}\t{value}\n");
        Console.WriteLine($"{name}: {value}");
    }

    /// <inheritdoc cref="Add(string, string)"/>
    public void Add(string name, double value) => Add(name, value.ToString("F0", CultureInfo.InvariantCulture));

    /// <summary>All lines; none where there is no file.</summary>
    public IReadOnlyList<(string Name, string Value)> Read() => File.Exists(_path)
        ? [.. File.ReadLines(_path).Select(line => line.Split('\t')).Select(parts => (parts[0], parts[1]))]
        : [];
}
