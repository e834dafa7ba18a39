using TorchSharp;
using Xunit;

namespace MLNetExtensions.Conformance;

/// <summary>Runs on libtorch, and is skipped with the reason where there is none.</summary>
public sealed class LibtorchFactAttribute : FactAttribute
{
    public LibtorchFactAttribute()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (TypeInitializationException e)
        {
            Skip = $"There is no libtorch here: {e.InnerException?.Message.Split('\n')[0]}";
        }
    }
}
