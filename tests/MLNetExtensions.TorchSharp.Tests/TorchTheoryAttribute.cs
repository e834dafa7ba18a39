namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>A theory that needs libtorch.</summary>
public sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute() => Skip = TorchRequirement.SkipReason;
}
