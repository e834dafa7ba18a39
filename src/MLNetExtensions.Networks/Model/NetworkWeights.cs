using System.Collections;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace MLNetExtensions.Networks;

/// <summary>The parameters and buffers of a network by name, in the order of PyTorch's <c>state_dict</c>.</summary>
public sealed class NetworkWeights : IReadOnlyCollection<KeyValuePair<string, WeightTensor>>
{
    private readonly OrderedDictionary<string, WeightTensor> _tensors = [];

    /// <summary>Weights of the given tensors.</summary>
    /// <exception cref="ArgumentException">A name comes twice.</exception>
    public NetworkWeights(IEnumerable<KeyValuePair<string, WeightTensor>> tensors)
    {
        foreach ((string name, WeightTensor tensor) in tensors)
            _tensors.Add(name, tensor);
    }

    /// <summary>The weights of a file.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="unread">What else is in the file, and what it is: <c>I64 [1]</c>.</param>
    /// <exception cref="ArgumentException">A name comes twice.</exception>
    internal NetworkWeights(IEnumerable<KeyValuePair<string, WeightTensor>> tensors, IReadOnlyDictionary<string, string> unread)
        : this(tensors) => Unread = unread;

    /// <summary>The number of tensors.</summary>
    public int Count => _tensors.Count;

    /// <summary>The tensor called <paramref name="name"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public WeightTensor this[string name] => _tensors[name];

    /// <summary>The tensors of the file these were read from that are no weights, with what they are.</summary>
    internal IReadOnlyDictionary<string, string> Unread { get; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Whether there is a tensor called <paramref name="name"/>.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>Fresh weights for a network, drawn as its layers' initialisers say; one seed, one result.</summary>
    public static NetworkWeights Initialize(NetworkDefinition network, int seed)
    {
        Random random = new(seed);
        return new(network.Parameters.Select(spec =>
        {
            float[] values = new float[spec.Shape.Size];
            spec.Initializer.Fill(values, random);
            return KeyValuePair.Create(spec.Name, new WeightTensor(spec.Shape, values));
        }));
    }

    /// <summary>A deep copy.</summary>
    public NetworkWeights Clone() =>
        new(_tensors.Select(pair => KeyValuePair.Create(pair.Key, new WeightTensor(pair.Value.Shape, [.. pair.Value.Values]))));

    /// <summary>Copies in the values of those tensors of <paramref name="source"/> that are here under the same name and with the
    /// same shape, and leaves the others as they are: how a network with another head takes over what was learned before.
    /// PyTorch's <c>load_state_dict(strict=False)</c>, which however fails on another shape.</summary>
    /// <returns>Which tensors were loaded, and which not and why.</returns>
    /// <exception cref="ArgumentException">The source's file has a tensor of one of these names, but it is of no floating-point
    /// type.</exception>
    public WeightMatch LoadMatching(NetworkWeights source)
    {
        List<string> loaded = [], missing = [], mismatched = [];
        foreach ((string name, WeightTensor tensor) in _tensors)
        {
            if (!source.TryGet(name, out WeightTensor? other))
                missing.Add(
                    source.Unread.TryGetValue(name, out string? type) ? throw Unreadable(name, tensor.Shape, type) : name);
            else if (!other.Shape.Equals(tensor.Shape))
                mismatched.Add(name);
            else
            {
                other.Values.CopyTo(tensor.Values, 0);
                loaded.Add(name);
            }
        }
        return new(loaded, missing, mismatched, [.. source._tensors.Keys.Where(name => !_tensors.ContainsKey(name))]);
    }

    /// <summary>Throws unless these are the weights of <paramref name="network"/>: every parameter
    /// there, with its shape, and no other.</summary>
    /// <exception cref="ArgumentException">A tensor is missing, of another shape, or unknown to the
    /// network; the message names it.</exception>
    public void CheckFits(NetworkDefinition network)
    {
        foreach (ParameterSpec spec in network.Parameters)
        {
            if (!TryGet(spec.Name, out WeightTensor? tensor))
                throw Unread.TryGetValue(spec.Name, out string? type)
                    ? Unreadable(spec.Name, spec.Shape, type)
                    : new ArgumentException($"The weights lack '{spec.Name}' {spec.Shape} of the network.");
            if (!tensor.Shape.Equals(spec.Shape))
                throw new ArgumentException(
                    $"The weight '{spec.Name}' has shape {tensor.Shape} but the network needs {spec.Shape}.");
        }
        if (Count > network.Parameters.Length)
        {
            HashSet<string> known = [.. network.Parameters.Select(spec => spec.Name)];
            string stranger = _tensors.Keys.First(name => !known.Contains(name));
            throw new ArgumentException($"The network has no parameter '{stranger}', which the weights hold.");
        }
    }

    /// <summary>The same tensors in the order of the network's parameters: files are free to order theirs otherwise.</summary>
    /// <exception cref="ArgumentException">A tensor is missing, of another shape, or unknown to the
    /// network; the message names it.</exception>
    public NetworkWeights OrderedAs(NetworkDefinition network)
    {
        CheckFits(network);
        return new(network.Parameters.Select(spec => KeyValuePair.Create(spec.Name, this[spec.Name])));
    }

    private static ArgumentException Unreadable(string name, TensorShape shape, string type) => new(
        $"The network needs '{name}' {shape}, which is {type} in the file; weights are F32, F64, F16 or BF16.");

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, WeightTensor>> GetEnumerator() => _tensors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
