using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>A generator and a discriminator in training against each other, on any engine: the parts of a step are those that
/// <see cref="ITrainingSession"/> offers.</summary>
internal sealed class AdversarialSession : IRunSession
{
    /// <summary>The passes of one update, of which each draws random numbers of its own: real examples, made ones, and the made
    /// ones again for the generator.</summary>
    private const int RealPass = 0, MadePass = 1, GeneratorPass = 2;

    private readonly AdversarialLoss _loss;
    private readonly ITrainingSession _generator, _discriminator;
    private readonly SpectralNormalization? _spectral;
    private readonly NetworkWeights _discriminatorWeights;
    private readonly RowLayout _logitLayout;
    private readonly bool _clips;
    private readonly int _discriminatorSteps, _seed, _latent, _classes, _example;
    private readonly float[] _latents, _made, _judged, _logits, _slopes, _exampleSlopes, _gradients, _sum, _ones, _zeros;

    public AdversarialSession(
        AdversarialNetworks networks,
        INetworkEngine engine,
        NetworkWeights weights,
        AdversarialLoss loss,
        AdversarialOptions pair,
        TrainingSessionOptions options)
    {
        (_loss, _discriminatorSteps, _seed) = (loss, pair.DiscriminatorSteps, options.Seed);
        (_latent, _classes, _example) = (networks.LatentSize, networks.Classes, (int)networks.Generator.OutputShape.Size);
        _logitLayout = networks.Discriminator.OutputLayout;
        _clips = options.GradientClipNorm is not null || options.GradientClipValue is not null;
        HashSet<string> frozen = Own(options.Frozen, AdversarialNetworks.DiscriminatorName);
        _discriminatorWeights = AdversarialNetworks.Part(weights, AdversarialNetworks.DiscriminatorName).Clone();
        if (pair.SpectralNormalization)
            _spectral = new(networks.Discriminator, frozen, options.Seed);
        _generator = engine.CreateTrainingSession(
            networks.Generator,
            AdversarialNetworks.Part(weights, AdversarialNetworks.GeneratorName),
            options with { Loss = null, Frozen = Own(options.Frozen, AdversarialNetworks.GeneratorName) });
        _discriminator = engine.CreateTrainingSession(networks.Discriminator, _discriminatorWeights, options with
        {
            Loss = null,
            Optimizer = pair.DiscriminatorOptimizer ?? options.Optimizer,
            AverageDecay = null,
            InputGradients = true,
            Frozen = frozen,
        });
        int batch = options.BatchSize;
        (_latents, _made) = (new float[batch * (_latent + _classes)], new float[batch * _example]);
        (_judged, _exampleSlopes) = (new float[batch * (_example + _classes)], new float[batch * (_example + _classes)]);
        (_logits, _slopes) = (new float[batch], new float[batch]);
        (_gradients, _sum) = (new float[_discriminator.GradientLength], new float[_discriminator.GradientLength]);
        (_ones, _zeros) = (new float[batch], new float[batch]);
        Array.Fill(_ones, 1);
    }

    public ITrainingSession? Scorer => null;

    public bool TakesSparseRows => false;

    public double LossWeight { get; private set; }

    public double? DiscriminatorLoss { get; private set; }

    public double TrainStep(in TrainingBatch batch, double learningRate, long step)
    {
        LossWeight = batch.Count;
        if (_spectral is { HasBegun: false })
        {
            _spectral.Begin(_discriminatorWeights);
            _discriminator.WriteWeights(_discriminatorWeights);
        }
        for (int i = 0; i < _discriminatorSteps; i++)
        {
            Make(batch, step, i);
            DiscriminatorLoss = LearnToTell(batch);
            if (!double.IsFinite(DiscriminatorLoss.Value))
                return DiscriminatorLoss.Value;
            if (!UpdateDiscriminator(learningRate))
                return double.NaN;
        }
        double loss = LearnToMake(batch);
        return !double.IsFinite(loss) ? loss : _generator.Update(learningRate) ? loss : double.NaN;
    }

    public void ReadOutputs(Span<float> outputs) =>
        throw new InvalidOperationException("A pair has no outputs to compare with targets.");

    public bool FailedInGradients(in TrainingBatch batch) => double.IsFinite(DiscriminatorLoss ?? 0);

    public void ReadGradients(NetworkWeights gradients)
    {
        _generator.ReadGradients(AdversarialNetworks.Part(gradients, AdversarialNetworks.GeneratorName));
        // The generator's pass left gradients there that the discriminator does not learn by.
        _discriminator.WriteGradients(_sum);
        _discriminator.ReadGradients(AdversarialNetworks.Part(gradients, AdversarialNetworks.DiscriminatorName));
    }

    public void ReadWeights(NetworkWeights weights)
    {
        _generator.ReadWeights(AdversarialNetworks.Part(weights, AdversarialNetworks.GeneratorName));
        _discriminator.ReadWeights(AdversarialNetworks.Part(weights, AdversarialNetworks.DiscriminatorName));
    }

    public NetworkWeights ReadState() => new(
    [
        .. AdversarialNetworks.Named(AdversarialNetworks.GeneratorName, _generator.ReadState()),
        .. AdversarialNetworks.Named(AdversarialNetworks.DiscriminatorName, _discriminator.ReadState()),
        .. _spectral?.ReadState() ?? [],
    ]);

    public void WriteState(NetworkWeights state)
    {
        _generator.WriteState(AdversarialNetworks.Part(state, AdversarialNetworks.GeneratorName));
        _discriminator.WriteState(AdversarialNetworks.Part(state, AdversarialNetworks.DiscriminatorName));
        _spectral?.WriteState(state);
    }

    public void Dispose()
    {
        _generator.Dispose();
        _discriminator.Dispose();
    }

    /// <summary>Makes examples, of the classes of the real ones.</summary>
    private void Make(in TrainingBatch batch, long step, int part)
    {
        int width = _latent + _classes;
        SplitMix64 random = new(_seed, (int)step, (int)(step >> 32), part);
        for (int row = 0; row < batch.Count; row++)
        {
            Span<float> latents = _latents.AsSpan(row * width, width);
            for (int i = 0; i < _latent; i++)
                latents[i] = (float)random.NextNormal();
            SetClass(batch, row, latents[_latent..]);
        }
        _generator.Forward(
            _latents.AsSpan(0, batch.Count * width), batch.Count, _made.AsSpan(0, batch.Count * _example), part);
    }

    /// <summary>The discriminator's gradients, on real and on made examples, each a batch of its own: the statistics of a batch
    /// normalisation would tell them apart.</summary>
    private double LearnToTell(in TrainingBatch batch)
    {
        double loss = Judge(batch, batch.Features, _ones, batch.Weights, RealPass);
        _discriminator.ReadGradients(_sum);
        loss += Judge(batch, _made, _zeros, [], MadePass);
        _discriminator.ReadGradients(_gradients);
        TensorPrimitives.Add(_sum, _gradients, _sum);
        _discriminator.WriteGradients(_sum);
        return loss;
    }

    private double Judge(
        in TrainingBatch batch, ReadOnlySpan<float> examples, float[] targets, ReadOnlySpan<float> weights, int pass)
    {
        Span<float> logits = _logits.AsSpan(0, batch.Count), slopes = _slopes.AsSpan(0, batch.Count);
        _discriminator.Forward(WithClasses(batch, examples), batch.Count, logits, pass);
        (double sum, double weight) = _loss.Accumulate(
            new OutputBatch<float>(_logitLayout, logits, targets.AsSpan(0, batch.Count), weights, slopes));
        weight = weight > 0 ? weight : 1;
        TensorPrimitives.Divide(slopes, (float)weight, slopes);
        _discriminator.Backward(slopes);
        return sum / weight;
    }

    private bool UpdateDiscriminator(double learningRate)
    {
        if (_spectral is not null)
        {
            _spectral.Project(_discriminatorWeights, _sum);
            _discriminator.WriteGradients(_sum);
        }
        if (!_discriminator.Update(learningRate))
            return false;
        if (_clips)
            _discriminator.ReadGradients(_sum);
        if (_spectral is null)
            return true;
        _discriminator.ReadWeights(_discriminatorWeights);
        _spectral.Normalize(_discriminatorWeights);
        _discriminator.WriteWeights(_discriminatorWeights);
        return true;
    }

    /// <summary>The generator's gradients, through the discriminator.</summary>
    private double LearnToMake(in TrainingBatch batch)
    {
        Span<float> logits = _logits.AsSpan(0, batch.Count), slopes = _slopes.AsSpan(0, batch.Count);
        _discriminator.Forward(WithClasses(batch, _made), batch.Count, logits, GeneratorPass);
        double loss = _loss.OfGenerator(logits, slopes);
        int width = _example + _classes;
        Span<float> judgedSlopes = _exampleSlopes.AsSpan(0, batch.Count * width);
        _discriminator.Backward(slopes, judgedSlopes);
        if (_classes > 0)
        {
            for (int row = 1; row < batch.Count; row++)
                judgedSlopes.Slice(row * width, _example).CopyTo(judgedSlopes[(row * _example)..]);
        }
        _generator.Backward(judgedSlopes[..(batch.Count * _example)]);
        return loss;
    }

    /// <summary>Examples, each with its class behind it where there are classes.</summary>
    private ReadOnlySpan<float> WithClasses(in TrainingBatch batch, ReadOnlySpan<float> examples)
    {
        if (_classes == 0)
            return examples[..(batch.Count * _example)];
        int width = _example + _classes;
        for (int row = 0; row < batch.Count; row++)
        {
            Span<float> judged = _judged.AsSpan(row * width, width);
            examples.Slice(row * _example, _example).CopyTo(judged);
            SetClass(batch, row, judged[_example..]);
        }
        return _judged.AsSpan(0, batch.Count * width);
    }

    private static void SetClass(in TrainingBatch batch, int row, Span<float> values)
    {
        if (values.IsEmpty)
            return;
        values.Clear();
        values[(int)batch.Targets[row]] = 1;
    }

    private static HashSet<string> Own(IReadOnlySet<string> names, string network) =>
        [
            .. names.Where(name => name.StartsWith($"{network}.", StringComparison.Ordinal))
                .Select(name => name[(network.Length + 1)..]),
        ];
}
