using MLNetExtensions.Networks.Training;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>The parts of a flat tensor that belong to a parameter.</summary>
internal static class SlotTensors
{
    /// <summary>The parameter's values within a flat tensor, behind each other.</summary>
    public static Tensor Part(this ParameterSlot slot, Tensor flat) => flat.narrow(0, slot.Offset, slot.Length);

    /// <summary>The parameter's values within a flat tensor, in its shape.</summary>
    public static Tensor View(this ParameterSlot slot, Tensor flat) => slot.Part(flat).reshape([.. slot.Shape.Dimensions]);
}
