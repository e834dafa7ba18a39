using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using TorchSharp;
using F = TorchSharp.torch.nn.functional;
using Reduction = TorchSharp.torch.nn.Reduction;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>libtorch's functions for the losses of the library, which are defined as PyTorch's are.</summary>
internal static class LossOperations
{
    /// <summary>The function of a loss; null for one that the library doesn't know.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="layout">What a row of its outputs holds.</param>
    /// <param name="memory">Keeps its constants.</param>
    public static LossOperation? Find(Loss loss, RowLayout layout, SessionMemory memory) => loss switch
    {
        CrossEntropyLoss entropy => CrossEntropy(entropy, memory),
        SequenceCrossEntropyLoss entropy => (outputs, targets) => F.cross_entropy(
            outputs.reshape(-1, entropy.Classes), targets.reshape(-1).to(torch.ScalarType.Int64),
            ignore_index: entropy.IgnoreIndex, reduction: Reduction.None).reshape(outputs.shape[0], -1),
        BinaryCrossEntropyLoss entropy => BinaryCrossEntropy(entropy, memory),
        MeanSquaredErrorLoss => static (outputs, targets) => F.mse_loss(outputs, targets, Reduction.None),
        L1Loss => static (outputs, targets) => F.l1_loss(outputs, targets, Reduction.None),
        HuberLoss huber => (outputs, targets) => F.huber_loss(outputs, targets, huber.Delta, Reduction.None),
        EvidenceLowerBoundLoss bound => EvidenceLowerBound(bound, layout),
        _ => null,
    };

    private static LossOperation CrossEntropy(CrossEntropyLoss loss, SessionMemory memory)
    {
        Tensor? weights = loss.ClassWeights.IsEmpty ? null : Constant(memory, [.. loss.ClassWeights]);
        return (outputs, targets) => F.cross_entropy(
            outputs, targets.squeeze(1).to(torch.ScalarType.Int64), weights, reduction: Reduction.None,
            label_smoothing: loss.LabelSmoothing);
    }

    private static LossOperation BinaryCrossEntropy(BinaryCrossEntropyLoss loss, SessionMemory memory)
    {
        Tensor? weight = loss.PositiveWeight == 1 ? null : Constant(memory, [loss.PositiveWeight]);
        return (outputs, targets) =>
            F.binary_cross_entropy_with_logits(outputs, targets, reduction: Reduction.None, pos_weights: weight);
    }

    /// <summary>One a row.</summary>
    private static LossOperation EvidenceLowerBound(EvidenceLowerBoundLoss loss, RowLayout layout)
    {
        return (outputs, targets) =>
        {
            using Scalar half = 0.5, one = 1, beta = loss.Beta, constant = 0.5 * Math.Log(2 * Math.PI);
            Tensor reconstruction = Of(VariationalAutoencoder.Reconstruction), mean = Of(VariationalAutoencoder.Mean);
            Tensor logVariance = Of(VariationalAutoencoder.LogVariance);
            Tensor errors = loss.Likelihood == ReconstructionLikelihood.Bernoulli
                ? F.binary_cross_entropy_with_logits(reconstruction, targets, reduction: Reduction.None)
                : reconstruction.sub(targets).square().mul(half).add(constant, Constants.One);
            Tensor divergences = mean.square().add(logVariance.exp(), Constants.One).sub(one).sub(logVariance).mul(half);
            return errors.sum(1).add(divergences.sum(1).mul(beta), Constants.One);

            Tensor Of(string output)
            {
                (int start, int size) = layout[output].GetOffsetAndLength(layout.Size);
                return outputs.narrow(1, start, size);
            }
        };
    }

    private static Tensor Constant(SessionMemory memory, double[] values)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return memory.Keep(HostTensor.Create<double>(values).to(memory.Device));
    }
}
