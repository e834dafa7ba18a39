using System.Collections.Immutable;

namespace MLNetExtensions.Networks;

/// <summary>
/// Where named values lie within the row of an example: one behind the other, each row-major. A batch of a network with several
/// inputs or outputs is one memory [count×<see cref="Size"/>], whatever their number.
/// </summary>
public sealed class RowLayout
{
    private readonly ImmutableArray<(string Name, Range Range)> _parts;
    private readonly ImmutableArray<RowLayout> _single;

    /// <summary>A layout of values in their order.</summary>
    /// <exception cref="OverflowException">The row has more than 2³¹ − 1 values.</exception>
    public RowLayout(params IEnumerable<(string Name, TensorShape Shape)> parts)
    {
        var places = ImmutableArray.CreateBuilder<(string, Range)>();
        foreach ((string name, TensorShape shape) in parts)
        {
            int start = Size;
            Size = checked(start + (int)shape.Size);
            places.Add((name, start..Size));
        }
        _parts = places.ToImmutable();
        _single = _parts.Length == 1
            ? [this]
            : [.. _parts.Select(part => new RowLayout((part.Name, new(part.Range.End.Value - part.Range.Start.Value))))];
    }

    /// <summary>A layout of one value, which is the whole row.</summary>
    /// <param name="size">The number of values of a row.</param>
    /// <param name="name">The name of all of them.</param>
    public RowLayout(int size, string name = NetworkDefinition.OutputName)
        : this((name, new TensorShape(size)))
    {
    }

    /// <summary>The number of values of a row.</summary>
    public int Size { get; }

    /// <summary>The names, in the order of their values.</summary>
    public IEnumerable<string> Names => _parts.Select(part => part.Name);

    /// <summary>Where the values of a name lie in the row.</summary>
    /// <exception cref="ArgumentException">There is no such name; the message has those there are.</exception>
    public Range this[string name] => _parts[Find(name)].Range;

    /// <summary>The layout of the values of one name by themselves.</summary>
    /// <exception cref="ArgumentException">There is no such name; the message has those there are.</exception>
    public RowLayout Of(string name) => _single[Find(name)];

    private int Find(string name)
    {
        for (int i = 0; i < _parts.Length; i++)
        {
            if (_parts[i].Name == name)
                return i;
        }
        throw new ArgumentException($"There is no '{name}' in the row; it has {string.Join(", ", Names)}.", nameof(name));
    }
}
