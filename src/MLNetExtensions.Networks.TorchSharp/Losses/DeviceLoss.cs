using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>
/// A loss of the library on the device, where the outputs are, in Double as on the processor. Only targets and weights go there,
/// and only the mean comes back. What the mean is divided by does not depend on the outputs, so it is added up on the processor,
/// which checks class indices on the way: a wrong one would end the work of a CUDA device.
/// </summary>
internal sealed class DeviceLoss
{
    private readonly Part[] _parts;
    private readonly bool _isComposite;
    private readonly int _targetSize;
    private readonly BatchStaging<float> _targets, _weights;

    private DeviceLoss(Part[] parts, bool isComposite, int targetSize, int batchSize, SessionMemory memory)
    {
        (_parts, _isComposite, _targetSize) = (parts, isComposite, targetSize);
        (_targets, _weights) = (new(batchSize, targetSize, memory), new(batchSize, 1, memory));
    }

    /// <summary>The loss on the device; null when it, or a part of it, is one that the library doesn't know.</summary>
    /// <param name="loss">What is minimised; null for nothing.</param>
    /// <param name="outputs">What a row of outputs holds.</param>
    /// <param name="batchSize">The largest batch.</param>
    /// <param name="memory">Keeps constants and staging memory.</param>
    public static DeviceLoss? Create(Loss? loss, RowLayout outputs, int batchSize, SessionMemory memory)
    {
        if (loss is null)
            return null;
        List<Part> found = [];
        if (loss is CompositeLoss composite)
        {
            foreach (OutputLoss part in composite.Parts)
            {
                Range places = outputs[part.Output];
                if (!Add(
                    part.Loss, part.Weight, outputs.Of(part.Output), places, composite.TargetsOf(part.Output, outputs).Start))
                    return null;
            }
        }
        else if (!Add(loss, 1, outputs, .., 0))
        {
            return null;
        }
        return new([.. found], loss is CompositeLoss, loss.TargetSize(outputs), batchSize, memory);

        bool Add(Loss ofPart, double factor, RowLayout layout, Range places, int target)
        {
            if (LossOperations.Find(ofPart, layout, memory) is not { } operation)
                return false;
            found.Add(new(
                ofPart, operation, factor, places.GetOffsetAndLength(outputs.Size), (target, ofPart.TargetSize(layout))));
            return true;
        }
    }

    /// <summary>The weighted mean loss of a batch, a scalar of Double on the device, and what it was divided by: 0 when no
    /// example has a weight.</summary>
    /// <param name="outputs">The outputs, [count×outputs].</param>
    /// <param name="batch">Targets and weights.</param>
    /// <exception cref="ArgumentException">A target is no class index.</exception>
    public (Tensor Mean, double Weight) Evaluate(Tensor outputs, in TrainingBatch batch)
    {
        int count = batch.Count;
        double[] divisors = new double[_parts.Length];
        for (int i = 0; i < divisors.Length; i++)
            divisors[i] = WeightOf(_parts[i], batch);
        Tensor values = outputs.to(torch.ScalarType.Float64);
        Tensor targets = _targets.Write(batch.Targets, count).to(torch.ScalarType.Float64);
        Tensor? weights = batch.Weights.IsEmpty
            ? null
            : _weights.Write(batch.Weights, count).squeeze(1).to(torch.ScalarType.Float64);

        Tensor? mean = null;
        for (int i = 0; i < divisors.Length; i++)
        {
            Part part = _parts[i];
            Tensor losses = part.Operation(
                values.narrow(1, part.Outputs.Start, part.Outputs.Size),
                targets.narrow(1, part.Targets.Start, part.Targets.Size));
            Tensor sum = weights is null ? losses.sum() : losses.reshape(count, -1).sum(1).dot(weights);
            using Scalar share = divisors[i] == 0 ? 0 : part.Factor / divisors[i];
            Tensor term = sum.mul(share);
            mean = mean is null ? term : mean.add(term, Constants.One);
        }
        return (mean!, _isComposite ? WeightOfExamples(batch) : divisors[0]);
    }

    /// <summary>What the sum of a part's losses is to be divided by.</summary>
    private double WeightOf(Part part, in TrainingBatch batch)
    {
        double weight = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<float> targets = batch.Targets.Slice(row * _targetSize + part.Targets.Start, part.Targets.Size);
            weight += Weight(batch, row) * part.Loss switch
            {
                CrossEntropyLoss entropy => entropy.WeightOf(targets[0], row, part.Outputs.Size),
                SequenceCrossEntropyLoss entropy => entropy.PlacesOf(targets, row),
                ElementwiseLoss => part.Outputs.Size,
                _ => 1,
            };
        }
        return weight;
    }

    private static double WeightOfExamples(in TrainingBatch batch)
    {
        double weight = 0;
        for (int row = 0; row < batch.Count; row++)
            weight += Weight(batch, row);
        return weight;
    }

    private static double Weight(in TrainingBatch batch, int row) => batch.Weights.IsEmpty ? 1 : batch.Weights[row];

    /// <param name="Loss">The loss of one output.</param>
    /// <param name="Operation">Computes it.</param>
    /// <param name="Factor">How many times its mean counts.</param>
    /// <param name="Outputs">Where its outputs lie among those of an example.</param>
    /// <param name="Targets">Where its targets lie among those of an example.</param>
    private sealed record Part(
        Loss Loss, LossOperation Operation, double Factor, (int Start, int Size) Outputs, (int Start, int Size) Targets);
}
