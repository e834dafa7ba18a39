using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Generation;

/// <summary>
/// Writes with a language model, a token at a time. The keys and values of earlier tokens are kept, so that a token costs what
/// one place of the model costs, whatever came before. Not thread-safe.
/// </summary>
/// <remarks>When the context is full, its older half is forgotten and the rest is read again from the first place on.</remarks>
public sealed class TokenGenerator : IDisposable
{
    private readonly TokenNetwork _network;
    private readonly IInferenceSession _session;
    private readonly float[] _inputs, _outputs;
    private readonly (Range Input, Range Output, int Width)[] _caches;
    private readonly Range _token, _place, _length, _logits;
    private readonly List<int> _context = [];

    /// <summary>A generator for a model from ids [length] to logits [length×vocabulary], such as
    /// <see cref="Architectures.TransformerLanguageModel"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="engine">What computes; the managed engine on all processors when null.</param>
    /// <exception cref="NotSupportedException">The model is another one, or has a layer that mixes places otherwise than by
    /// causal attention.</exception>
    public TokenGenerator(NetworkModel model, INetworkEngine? engine = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _network = new(model);
        NetworkDefinition definition = _network.Model.Definition;
        (RowLayout inputs, RowLayout outputs) = (definition.InputLayout, definition.OutputLayout);
        (_inputs, _outputs) = (new float[inputs.Size], new float[outputs.Size]);
        (_token, _place, _length) = (inputs[TokenNetwork.Token], inputs[TokenNetwork.Place], inputs[TokenNetwork.Length]);
        _logits = outputs[TokenNetwork.Logits];
        _caches = [.. _network.Caches.Select(cache => (inputs[cache.Input], outputs[cache.Output], cache.Width))];
        _session = (engine ?? ManagedEngine.Default).CreateInferenceSession(_network.Model, maxBatchSize: 1);
    }

    /// <summary>The most tokens that the model looks at.</summary>
    public int ContextLength => _network.ContextLength;

    /// <summary>The tokens that the model looks at now.</summary>
    public IReadOnlyList<int> Context => _context;

    /// <summary>The logits of the token that comes next; zeros before the first token.</summary>
    public ReadOnlySpan<float> Logits => _outputs.AsSpan()[_logits];

    /// <summary>Forgets all tokens.</summary>
    public void Reset()
    {
        _context.Clear();
        Array.Clear(_outputs);
    }

    /// <summary>Reads a token.</summary>
    /// <exception cref="ArgumentException">The model does not know the id.</exception>
    public void Append(int token)
    {
        if (_context.Count == ContextLength)
        {
            int[] kept = [.. _context.Skip(ContextLength - ContextLength / 2)];
            _context.Clear();
            foreach (int earlier in kept)
                Read(earlier);
        }
        Read(token);
    }

    /// <summary>Goes on from the tokens read so far, without end.</summary>
    /// <param name="options">How to draw; each token at its likelihood when null.</param>
    /// <exception cref="InvalidOperationException">No token was read: there is nothing to go on from.</exception>
    public IEnumerable<int> Generate(SamplingOptions? options = null)
    {
        options ??= new();
        options.Check();
        return _context.Count == 0
            ? throw new InvalidOperationException($"There is nothing to go on from; give the first token to {nameof(Append)}.")
            : Draw(new(options));
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private IEnumerable<int> Draw(TokenSampler sampler)
    {
        float[] logits = new float[_network.VocabularySize];
        while (true)
        {
            Logits.CopyTo(logits);
            int token = sampler.Draw(logits);
            Append(token);
            yield return token;
        }
    }

    private void Read(int token)
    {
        int place = _context.Count;
        _inputs.AsSpan()[_token][0] = token;
        _inputs.AsSpan()[_place][0] = place;
        _inputs.AsSpan()[_length][0] = place + 1;
        _session.Run(_inputs, 1, _outputs);
        foreach ((Range input, Range output, int width) in _caches)
            _outputs.AsSpan()[output].CopyTo(_inputs.AsSpan()[input][(place * width)..]);
        _context.Add(token);
    }
}
