using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Generation;

/// <summary>
/// The negative evidence lower bound of a row of numbers and categories, in nats a row: numbers are normal, with a mean and a
/// variance from the decoder, categories have the softmax of its logits (Xu et al., "Modeling Tabular data using Conditional
/// GAN", 2019, section 4.5).
/// </summary>
/// <param name="Columns">The columns, in their order.</param>
/// <param name="Beta">How many times the divergence of codes counts.</param>
internal sealed record TabularLoss(ImmutableArray<TabularLoss.Part> Columns, double Beta) : Loss
{
    /// <summary>The outputs of a number: its mean and the logarithm of its variance.</summary>
    public const int NumberOutputs = 2;

    /// <summary>The least log variance: a deviation of 5 %, below which a network learns rows by heart.</summary>
    private const double LeastLogVariance = -6;

    /// <summary>The logarithm of a number's variance, of the decoder's output.</summary>
    public static double LogVariance(double output) => Math.Max(output, LeastLogVariance);

    /// <inheritdoc/>
    public override int TargetSize(RowLayout outputs) => Columns.Sum(part => part.Targets);

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
    {
        OutputBatch<T> reconstruction = batch.Of(VariationalAutoencoder.Reconstruction);
        OutputBatch<T> mean = batch.Of(VariationalAutoencoder.Mean), logVariance = batch.Of(VariationalAutoencoder.LogVariance);
        (double sum, double totalWeight) = (0, 0);
        for (int example = 0; example < batch.Count; example++)
        {
            double weight = batch.Weight(example);
            double error = 0;
            (int output, int target) = (0, 0);
            foreach (Part part in Columns)
            {
                ReadOnlySpan<T> outputs = reconstruction.Outputs(example).Slice(output, part.Outputs);
                ReadOnlySpan<float> targets = batch.Targets(example).Slice(target, part.Targets);
                Span<T> gradient = batch.NeedsGradient ? reconstruction.Gradient(example).Slice(output, part.Outputs) : [];
                error += part.IsNumber
                    ? Number(outputs, targets[0], weight, gradient)
                    : Category(outputs, targets, weight, gradient);
                (output, target) = (output + part.Outputs, target + part.Targets);
            }
            double divergence = EvidenceLowerBoundLoss.Diverge(
                mean.Outputs(example), logVariance.Outputs(example), weight * Beta, mean.Gradient(example),
                logVariance.Gradient(example));
            sum += weight * (error + Beta * divergence);
            totalWeight += weight;
        }
        return (sum, totalWeight);
    }

    /// <inheritdoc/>
    public bool Equals(TabularLoss? other) => other is not null && Beta == other.Beta && Columns.AsSpan().SequenceEqual(other.Columns.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Columns.Length, Beta);

    /// <summary>Prints the columns themselves: a checkpoint must not be taken up by a run with others.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"Beta = {Beta}, ").AppendJoin(", ", Columns);
        return true;
    }

    private static double Number<T>(ReadOnlySpan<T> outputs, double target, double weight, Span<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double difference = double.CreateTruncating(outputs[0]) - target, output = double.CreateTruncating(outputs[1]);
        double logVariance = LogVariance(output), square = difference * difference * Math.Exp(-logVariance);
        if (!gradient.IsEmpty)
        {
            gradient[0] = T.CreateTruncating(weight * difference * Math.Exp(-logVariance));
            // At the bound it may rise, but not fall.
            double slope = 0.5 * (1 - square);
            gradient[1] = T.CreateTruncating(output > LeastLogVariance || slope < 0 ? weight * slope : 0);
        }
        return 0.5 * (Math.Log(2 * Math.PI) + logVariance + square);
    }

    private static double Category<T>(ReadOnlySpan<T> logits, ReadOnlySpan<float> targets, double weight, Span<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double logSumExp = CrossEntropyLoss.LogSumExp(logits, gradient, out double total);
        double loss = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            loss += targets[i] * (logSumExp - double.CreateTruncating(logits[i]));
            if (!gradient.IsEmpty)
                gradient[i] = T.CreateTruncating(weight * (double.CreateTruncating(gradient[i]) / total - targets[i]));
        }
        return loss;
    }

    /// <summary>A column.</summary>
    /// <param name="IsNumber">Whether it is a number.</param>
    /// <param name="Outputs">What the decoder gives for it.</param>
    /// <param name="Targets">The numbers that tell its value.</param>
    public readonly record struct Part(bool IsNumber, int Outputs, int Targets);
}
