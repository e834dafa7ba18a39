namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>A test of what happens where libtorch is missing.</summary>
public sealed class NoTorchFactAttribute : FactAttribute
{
    public NoTorchFactAttribute()
    {
        if (TorchSharpEngine.IsAvailable)
            Skip = "libtorch is there.";
    }
}
