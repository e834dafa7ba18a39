namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>A test that needs libtorch, and is skipped where it is missing.</summary>
public sealed class TorchFactAttribute : FactAttribute
{
    public const string Reason = "There is no libtorch that TorchSharp can load.";

    public TorchFactAttribute()
    {
        if (!TorchSharpEngine.IsAvailable)
            Skip = Reason;
    }
}
