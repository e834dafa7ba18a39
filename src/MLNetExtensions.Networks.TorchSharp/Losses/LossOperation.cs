using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>The losses of a batch, unweighted: one an example, [count], or one an output, [count×outputs].</summary>
/// <param name="outputs">The outputs, [count×outputs], of Double.</param>
/// <param name="targets">The targets, [count×targets], of Double.</param>
internal delegate Tensor LossOperation(Tensor outputs, Tensor targets);
