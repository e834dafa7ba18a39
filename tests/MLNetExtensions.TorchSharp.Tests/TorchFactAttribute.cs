namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>A test that needs libtorch.</summary>
public sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute() => Skip = TorchRequirement.SkipReason;
}
