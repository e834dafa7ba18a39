namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>A test of what happens where libtorch is missing.</summary>
public sealed class NoTorchFactAttribute : FactAttribute
{
    public NoTorchFactAttribute()
    {
        if (TorchRequirement.SkipReason is null && TorchSharpEngine.IsAvailable)
            Skip = "libtorch is there.";
    }
}
