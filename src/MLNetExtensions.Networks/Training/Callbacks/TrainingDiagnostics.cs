using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// Says in the log (<see cref="ITrainingRun.Warn"/>) what keeps a network from learning though it does not fail: units of ReLU
/// layers that are 0 for every training example, and gradients that vanish or explode, layer by layer, after each epoch. Costs a
/// scoring pass over the training set an epoch, and a look at the gradients every few steps.
/// </summary>
/// <param name="EverySteps">Steps between two looks at the gradients, at least 1.</param>
/// <param name="Vanishing">The gradients of a layer vanish where their norm, over that of its weights, is this share of the
/// largest one of all layers, or less.</param>
/// <param name="Exploding">They explode where their norm is so many times that of its weights, or more.</param>
public sealed record TrainingDiagnostics(int EverySteps = 10, double Vanishing = 1e-5, double Exploding = 100) : TrainingCallback
{
    /// <inheritdoc/>
    protected internal override string? Decides => null;

    /// <inheritdoc/>
    public override RunningCallback Start(ITrainingRun run)
    {
        Require(EverySteps >= 1, nameof(EverySteps), EverySteps, "at least 1");
        Require(Vanishing is > 0 and < 1, nameof(Vanishing), Vanishing, "between 0 and 1");
        Require(Exploding > 0, nameof(Exploding), Exploding, "above 0");
        if (run.Network.InputLayout.Size != run.Data.FeatureShape.Size)
            throw new ArgumentException(
                $"{nameof(TrainingDiagnostics)} lets a network score the training examples, which an adversarial pair can't: " +
                "leave it out.");
        return new Running(this, run.Network);
    }

    private sealed class Running(TrainingDiagnostics options, NetworkDefinition network) : RunningCallback
    {
        private readonly DeadUnits _deadUnits = new(network);
        private LayerGradients[] _layers = [];
        private NetworkWeights? _gradients, _weights;
        private int _looks;

        public override void OnEpochBegin(ITrainingRun run)
        {
            _looks = 0;
            // What is frozen has no gradients, and they did not vanish.
            HashSet<string> frozen =
            [
                .. run.Options.Frozen
                    .Concat(run.Options.FrozenEpochs.Where(stage => run.Epoch <= stage.Value).Select(stage => stage.Key))
                    .SelectMany(network.ParametersOf).Select(spec => spec.Name),
            ];
            _layers =
            [
                .. network.Nodes
                    .Select(node => new LayerGradients(node.Name, node.Layer.GetType().Name, Learned(node, frozen)))
                    .Where(layer => layer.Parameters.Length > 0),
            ];
        }

        public override void OnBatchEnd(ITrainingRun run)
        {
            if ((run.Step - 1) % options.EverySteps != 0)
                return;
            _looks++;
            _gradients = run.ReadGradients(_gradients);
            foreach (LayerGradients layer in _layers)
                layer.Sum += Norm(_gradients, layer.Parameters);
        }

        public override void OnEpochEnd(ITrainingRun run, EpochRecord epoch)
        {
            _weights = run.ReadWeights(_weights);
            SayOfGradients(run, _weights);
            foreach ((string layer, int dead, int units) in _deadUnits.Find(run, _weights))
                run.Warn(
                    $"Epoch {run.Epoch}: {dead} of {units} units of layer '{layer}' are dead: 0 for each of the " +
                    $"{run.Data.Count} training examples, so that they learn no more. Try a lower learning rate, LeakyReLU, or " +
                    "batch normalisation.");
        }

        private void SayOfGradients(ITrainingRun run, NetworkWeights weights)
        {
            (LayerGradients Layer, double Ratio)[] ratios =
            [
                .. _layers
                    .Select(layer => (Layer: layer, Ratio: layer.Sum / _looks / Norm(weights, layer.Parameters)))
                    .Where(found => double.IsFinite(found.Ratio)),
            ];
            double largest = ratios.Select(found => found.Ratio).DefaultIfEmpty(0).Max();
            foreach ((LayerGradients layer, double ratio) in ratios)
            {
                string subject = $"Epoch {run.Epoch}: the gradients of layer '{layer.Name}' ({layer.Layer})";
                string norm = FormattableString.Invariant($"their norm is {ratio:g3} times that of its weights");
                if (ratio >= options.Exploding)
                    run.Warn(
                        $"{subject} explode: {norm}. Try gradient clipping, a lower learning rate, or normalised features and " +
                        "targets.");
                else if (ratio <= options.Vanishing * largest)
                    run.Warn(FormattableString.Invariant(
                        $"{subject} vanish: {norm}, and {largest:g3} times elsewhere. Try ReLU in place of sigmoid or tanh, ") +
                        "normalisation, or connections past layers.");
            }
        }

        /// <summary>The parameters of a layer that learn.</summary>
        private string[] Learned(NetworkNode node, HashSet<string> frozen) =>
        [
            .. network.ParametersOf(node.Name)
                .Where(spec => spec.Role == ParameterRole.Trainable && !frozen.Contains(spec.Name)).Select(spec => spec.Name),
        ];

        private static double Norm(NetworkWeights tensors, string[] names)
        {
            double sum = 0;
            foreach (string name in names)
            {
                double norm = TensorPrimitives.Norm<float>(tensors[name].Values);
                sum += norm * norm;
            }
            return Math.Sqrt(sum);
        }
    }

    /// <summary>A layer, and the sum of the norms of its gradients so far.</summary>
    private sealed class LayerGradients(string name, string layer, string[] parameters)
    {
        public string Name => name;

        public string Layer => layer;

        public string[] Parameters => parameters;

        public double Sum { get; set; }
    }
}
