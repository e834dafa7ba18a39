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
    /// <param name="loss">The loss of one output.</param>
    /// <param name="memory">Keeps its constants.</param>
    public static LossOperation? Find(Loss loss, SessionMemory memory) => loss switch
    {
        CrossEntropyLoss entropy => CrossEntropy(entropy, memory),
        BinaryCrossEntropyLoss entropy => BinaryCrossEntropy(entropy, memory),
        MeanSquaredErrorLoss => static (outputs, targets) => F.mse_loss(outputs, targets, Reduction.None),
        L1Loss => static (outputs, targets) => F.l1_loss(outputs, targets, Reduction.None),
        HuberLoss huber => (outputs, targets) => F.huber_loss(outputs, targets, huber.Delta, Reduction.None),
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

    private static Tensor Constant(SessionMemory memory, double[] values)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return memory.Keep(HostTensor.Create<double>(values).to(memory.Device));
    }
}
