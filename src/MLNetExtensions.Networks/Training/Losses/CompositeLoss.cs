using System.Collections.Immutable;
using System.Text;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// The weighted sum of the losses of several outputs, each a mean over the examples: of the tasks of a multi-task network, or of
/// a classifier and its auxiliary ones. The targets of an example are those of the parts in their order, without those that a
/// part takes from another. Outputs without a part are not trained.
/// </summary>
public sealed record CompositeLoss : Loss
{
    private Plan? _plan;

    /// <summary>A loss of parts.</summary>
    public CompositeLoss(params ImmutableArray<OutputLoss> parts) => Parts = parts;

    /// <summary>The parts; the first one is that of the main output.</summary>
    public ImmutableArray<OutputLoss> Parts { get; init; }

    /// <summary>A main output and auxiliary ones that learn the same targets by the same loss, as GoogLeNet does with a weight of
    /// 0.3 (Szegedy et al., 2014).</summary>
    /// <param name="loss">The loss of each output.</param>
    /// <param name="auxiliaryWeight">How many times an auxiliary output counts; the main one counts once.</param>
    /// <param name="output">The main output.</param>
    /// <param name="auxiliaryOutputs">The others.</param>
    public static CompositeLoss WithAuxiliaries(
        Loss loss, double auxiliaryWeight, string output, params IEnumerable<string> auxiliaryOutputs) =>
        new([new(output, loss), .. auxiliaryOutputs.Select(name => new OutputLoss(name, loss, auxiliaryWeight, output))]);

    /// <inheritdoc/>
    public override int TargetSize(RowLayout outputs) => PlanFor(outputs).TargetSize;

    /// <summary>A mean loss over targets that were divided by <paramref name="unit"/>, in the targets' own unit where all parts
    /// grow with it alike; a sum of others has no unit and stays as it is.</summary>
    public override double InUnit(double loss, double unit)
    {
        double inUnit = Parts[0].Loss.InUnit(loss, unit);
        return Parts.All(part => part.Loss.InUnit(loss, unit) == inUnit) ? inUnit : loss;
    }

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
    {
        Plan plan = PlanFor(batch.Layout);
        double weight = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            weight += batch.Weight(row);
            if (plan.LeavesOutputsOut)
                batch.Gradient(row).Clear();
        }
        double sum = 0;
        for (int i = 0; i < Parts.Length; i++)
        {
            OutputBatch<T> part = batch.Of(Parts[i].Output).WithTargets(plan.Targets[i].Start, plan.Targets[i].Size);
            (double partSum, double partWeight) = Parts[i].Loss.Accumulate(part);
            double factor = partWeight == 0 ? 0 : Parts[i].Weight * weight / partWeight;
            sum += factor * partSum;
            T scale = T.CreateTruncating(factor);
            for (int row = 0; row < batch.Count && batch.NeedsGradient && factor != 1; row++)
            {
                foreach (ref T slope in part.Gradient(row))
                    slope *= scale;
            }
        }
        return (sum, weight);
    }

    /// <summary>The metric that fits a part's loss, of that part's output.</summary>
    /// <param name="output">The part's output.</param>
    /// <param name="outputs">The outputs of the network.</param>
    /// <exception cref="ArgumentException">There is no part of that output.</exception>
    public TrainingMetric MetricOf(string output, RowLayout outputs) =>
        MetricOf(output, TrainingMetric.For(Part(output).Loss, outputs.Of(output)));

    /// <summary>A metric of a part's output, compared with the part's targets.</summary>
    /// <param name="output">The part's output.</param>
    /// <param name="metric">What is measured of it.</param>
    /// <exception cref="ArgumentException">There is no part of that output.</exception>
    public TrainingMetric MetricOf(string output, TrainingMetric metric) => new OutputMetric(this, Part(output).Output, metric);

    /// <inheritdoc/>
    public bool Equals(CompositeLoss? other) => other is not null && Parts.AsSpan().SequenceEqual(other.Parts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Parts.Aggregate(Parts.Length, HashCode.Combine);

    /// <summary>One output of a batch with the targets that its part compares it with.</summary>
    internal OutputBatch<T> Select<T>(in OutputBatch<T> batch, string output)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        (int start, int size) = TargetsOf(output, batch.Layout);
        return batch.Of(output).WithTargets(start, size);
    }

    /// <summary>Where the targets that a part compares its output with lie among those of an example.</summary>
    internal (int Start, int Size) TargetsOf(string output, RowLayout outputs) =>
        PlanFor(outputs).Targets[Parts.IndexOf(Part(output))];

    /// <summary>Prints the parts themselves: a checkpoint must not be taken up by a run with others.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.AppendJoin(", ", Parts);
        return true;
    }

    private OutputLoss Part(string output) => Parts.FirstOrDefault(part => part.Output == output)
        ?? throw new ArgumentException(
            $"The loss has no part for an output '{output}'; it has {string.Join(", ", Parts.Select(part => part.Output))}.");

    private Plan PlanFor(RowLayout outputs)
    {
        Plan? plan = _plan;
        if (plan is null || plan.Outputs != outputs || plan.Parts != Parts)
            _plan = plan = new(Parts, outputs);
        return plan;
    }

    /// <summary>Where the targets of the parts lie for a network; kept, so that a step allocates nothing.</summary>
    private sealed class Plan
    {
        public Plan(ImmutableArray<OutputLoss> parts, RowLayout outputs)
        {
            (Parts, Outputs) = (parts, outputs);
            if (parts.IsDefaultOrEmpty)
                throw new ArgumentException("A composite loss needs at least one part.");
            Dictionary<string, (int Start, int Size)> targets = [];
            foreach (OutputLoss part in parts)
            {
                if (!(part.Weight >= 0 && double.IsFinite(part.Weight)))
                    throw new ArgumentException($"The weight of output '{part.Output}' must be at least 0, not {part.Weight}.");
                int size = part.Loss.TargetSize(outputs.Of(part.Output));
                (int Start, int Size) place = (TargetSize, size);
                if (part.TargetOf is null)
                    TargetSize += size;
                else if (!targets.TryGetValue(part.TargetOf, out place) || place.Size != size)
                    throw new ArgumentException(
                        $"Output '{part.Output}' is to be compared with the targets of '{part.TargetOf}', which has no part " +
                        $"before it with {size} of them.");
                if (!targets.TryAdd(part.Output, place))
                    throw new ArgumentException($"Output '{part.Output}' has two parts in the loss.");
            }
            Targets = [.. parts.Select(part => targets[part.Output])];
            LeavesOutputsOut = outputs.Names.Any(name => !targets.ContainsKey(name));
        }

        public ImmutableArray<OutputLoss> Parts { get; }

        public RowLayout Outputs { get; }

        /// <summary>The targets of each part.</summary>
        public (int Start, int Size)[] Targets { get; }

        /// <summary>The targets of an example.</summary>
        public int TargetSize { get; }

        /// <summary>Whether an output has no part: its gradient is 0.</summary>
        public bool LeavesOutputsOut { get; }
    }
}
