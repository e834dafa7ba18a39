using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>What a node does with its inputs. The result is always another tensor object than the inputs.</summary>
internal delegate Tensor LayerOperation(Tensor[] inputs, ForwardPass pass);
