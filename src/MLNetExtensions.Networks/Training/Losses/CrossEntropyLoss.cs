using System.Collections.Immutable;
using System.Numerics;
using System.Text;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// Cross-entropy of the softmax of logits with a class index, PyTorch's <c>CrossEntropyLoss</c>. With class weights w, smoothing
/// ε, C classes and label y an example's loss is (1−ε)·w[y]·(−log p[y]) + ε/C · Σ w[c]·(−log p[c]); the mean divides by the sum
/// of w[y]. Computed through log-sum-exp, so it is finite for all finite logits.
/// </summary>
/// <param name="ClassWeights">The weight of each class, at least 0; none (the default) means 1 each.</param>
/// <param name="LabelSmoothing">The share ε of the target that is spread over all classes,
/// in [0, 1] (Szegedy et al., 2015).</param>
public sealed record CrossEntropyLoss(ImmutableArray<float> ClassWeights = default, double LabelSmoothing = 0) : Loss
{
    /// <summary>The weight of each class; empty for 1 each.</summary>
    public ImmutableArray<float> ClassWeights { get; init; } = ClassWeights.IsDefault ? [] : ClassWeights;

    /// <summary>1, the class index.</summary>
    /// <exception cref="ArgumentException">There are fewer than two outputs, or another number than class weights, or the
    /// parameters are out of range.</exception>
    public override int TargetSize(RowLayout outputs)
    {
        if (outputs.Size < 2)
            throw new ArgumentException(
                $"Cross-entropy needs one output a class, at least two, but the network has {outputs.Size}; " +
                $"use {nameof(BinaryCrossEntropyLoss)} for one.");
        if (!ClassWeights.IsEmpty && ClassWeights.Length != outputs.Size)
            throw new ArgumentException($"There are {ClassWeights.Length} class weights for {outputs.Size} classes.");
        if (ClassWeights.Any(weight => !(weight >= 0 && float.IsFinite(weight))))
            throw new ArgumentException("Class weights must be finite and at least 0.");
        return LabelSmoothing is >= 0 and <= 1
            ? 1
            : throw new ArgumentException($"Label smoothing must be in [0, 1], not {LabelSmoothing}.");
    }

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
    {
        (double sum, double totalWeight) = (0, 0);
        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<T> logits = batch.Outputs(row);
            int label = ClassOf(batch.Targets(row)[0], row, logits.Length);
            double example = batch.Weight(row), smooth = LabelSmoothing / logits.Length;
            double sharp = (1 - LabelSmoothing) * ClassWeight(label);

            Span<T> slopes = batch.Gradient(row);
            double logSumExp = LogSumExp(logits, slopes, out double total);
            double loss = sharp * (logSumExp - double.CreateTruncating(logits[label]));
            double mass = sharp;
            if (smooth > 0)
            {
                for (int i = 0; i < logits.Length; i++)
                {
                    loss += smooth * ClassWeight(i) * (logSumExp - double.CreateTruncating(logits[i]));
                    mass += smooth * ClassWeight(i);
                }
            }
            sum += example * loss;
            totalWeight += example * ClassWeight(label);

            for (int i = 0; i < slopes.Length; i++)
            {
                double target = smooth * ClassWeight(i) + (i == label ? sharp : 0);
                double probability = double.CreateTruncating(slopes[i]) / total;
                slopes[i] = T.CreateTruncating(example * (mass * probability - target));
            }
        }
        return (sum, totalWeight);
    }

    /// <inheritdoc/>
    public bool Equals(CrossEntropyLoss? other) => other is not null && LabelSmoothing == other.LabelSmoothing &&
        ClassWeights.AsSpan().SequenceEqual(other.ClassWeights.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ClassWeights.Length, LabelSmoothing);

    /// <summary>Prints the weights themselves: a checkpoint must not be taken up by a run with others.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"ClassWeights = [{string.Join(", ", ClassWeights)}], LabelSmoothing = {LabelSmoothing}");
        return true;
    }

    /// <summary>How many times an example of a target counts.</summary>
    /// <param name="target">The class index.</param>
    /// <param name="row">The example, for the message.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">It is no class index.</exception>
    internal double WeightOf(float target, int row, int classes) => ClassWeight(ClassOf(target, row, classes));

    private double ClassWeight(int index) => ClassWeights.IsEmpty ? 1 : ClassWeights[index];

    internal static int ClassOf(float target, int row, int classes)
    {
        bool isClass = target >= 0 && target < classes && target == MathF.Floor(target);
        return isClass
            ? (int)target
            : throw new ArgumentException($"The target {target} of row {row} is not a class index from 0 to {classes - 1}.");
    }

    /// <summary>log Σ exp(logits); fills <paramref name="powers"/>, unless empty, with exp(logits − largest logit), whose sum is
    /// <paramref name="total"/>.</summary>
    internal static double LogSumExp<T>(ReadOnlySpan<T> logits, Span<T> powers, out double total)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double largest = double.NegativeInfinity;
        foreach (T logit in logits)
            largest = Math.Max(largest, double.CreateTruncating(logit));
        total = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            double power = Math.Exp(double.CreateTruncating(logits[i]) - largest);
            total += power;
            if (!powers.IsEmpty)
                powers[i] = T.CreateTruncating(power);
        }
        return largest + Math.Log(total);
    }
}
