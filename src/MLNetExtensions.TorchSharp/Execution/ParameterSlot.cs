using MLNetExtensions.Networks;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>Where a parameter lies within the one tensor of all parameters.</summary>
internal sealed record ParameterSlot(string Name, TensorShape Shape, long Offset, bool Trainable)
{
    /// <summary>The parameter's values within a flat tensor, behind each other.</summary>
    public Tensor Part(Tensor flat) => flat.narrow(0, Offset, Shape.Size);

    /// <summary>The parameter's values within a flat tensor, in its shape.</summary>
    public Tensor View(Tensor flat) => Part(flat).reshape([.. Shape.Dimensions]);
}
