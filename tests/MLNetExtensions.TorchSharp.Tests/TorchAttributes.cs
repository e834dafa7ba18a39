// Both engines use all processors, and the memory of the process is measured.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

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

/// <summary>A theory that needs libtorch, and is skipped where it is missing.</summary>
public sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute()
    {
        if (!TorchSharpEngine.IsAvailable)
            Skip = TorchFactAttribute.Reason;
    }
}

/// <summary>A test of what happens where libtorch is missing.</summary>
public sealed class NoTorchFactAttribute : FactAttribute
{
    public NoTorchFactAttribute()
    {
        if (TorchSharpEngine.IsAvailable)
            Skip = "libtorch is there.";
    }
}

/// <summary>A test that needs libtorch and the real data sets.</summary>
public sealed class TorchDataFactAttribute : FactAttribute
{
    public const string Variable = "MLNETEXT_DATA";

    public TorchDataFactAttribute(string folder)
    {
        if (!TorchSharpEngine.IsAvailable)
            Skip = TorchFactAttribute.Reason;
        else if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } data || !Directory.Exists(Path.Combine(data, folder)))
            Skip = $"Set {Variable} to a folder of data sets with {folder}.";
    }
}
