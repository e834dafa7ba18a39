namespace Microsoft.ML;

/// <summary>Where everything starts: the catalogs of operations, and the seed and the log they share.</summary>
public sealed class MLContext : IHostEnvironmentInternal
{
    private readonly LocalEnvironment _env;

    public MLContext(int? seed = null)
    {
        _env = new(seed, (source, message) => Log?.Invoke(this, new(message.Message, message.Kind, source)));
        BinaryClassification = new(_env);
        MulticlassClassification = new(_env);
        Regression = new(_env);
        Transforms = new(_env);
        Model = new(_env);
        Data = new(_env);
    }

    public event EventHandler<LoggingEventArgs> Log;

    public BinaryClassificationCatalog BinaryClassification { get; }
    public MulticlassClassificationCatalog MulticlassClassification { get; }
    public RegressionCatalog Regression { get; }
    public TransformsCatalog Transforms { get; }
    public ModelOperationsCatalog Model { get; }
    public DataOperationsCatalog Data { get; }
    public ComponentCatalog ComponentCatalog => _env.ComponentCatalog;
    public bool FallbackToCpu { get => _env.FallbackToCpu; set => _env.FallbackToCpu = value; }
    public int? GpuDeviceId { get => _env.GpuDeviceId; set => _env.GpuDeviceId = value; }
    int? IHostEnvironmentInternal.Seed => _env.Seed;
    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => _env.Register(name, seed, verbose);
    IChannel IChannelProvider.Start(string name) => _env.Start(name);
    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => _env.StartProgressChannel(name);

    /// <summary>Everything that runs in this context stops with an OperationCanceledException at its next check.</summary>
    internal void CancelExecution() => _env.CancelExecution();
}
