namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>A theory that needs libtorch, and is skipped where it is missing.</summary>
public sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute()
    {
        if (!TorchSharpEngine.IsAvailable)
            Skip = TorchFactAttribute.Reason;
    }
}
