namespace Microsoft.ML.Runtime;

public interface IExceptionContext;

public interface IChannelProvider : IExceptionContext
{
    IChannel Start(string name);
}

public interface IHostEnvironment : IChannelProvider, IProgressChannelProvider
{
    ComponentCatalog ComponentCatalog { get; }
    IHost Register(string name, int? seed = null, bool? verbose = null);
}

/// <summary>The environment of one component: its own random numbers and its own name in messages.</summary>
public interface IHost : IHostEnvironment
{
    Random Rand { get; }
}

internal interface IHostEnvironmentInternal : IHostEnvironment
{
    int? Seed { get; }
    bool FallbackToCpu { get; set; }
    int? GpuDeviceId { get; set; }
}

internal interface ICancelable
{
    bool IsCanceled { get; }
    void CancelExecution();
}
