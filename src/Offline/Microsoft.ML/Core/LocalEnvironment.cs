namespace Microsoft.ML.Runtime;

/// <summary>The environment behind an <see cref="MLContext"/> and, as its children, the hosts registered in it.</summary>
internal sealed class LocalEnvironment : IHost, IHostEnvironmentInternal, ICancelable
{
    private readonly LocalEnvironment _parent;
    private readonly string _prefix = "";
    private readonly Action<string, ChannelMessage> _log;
    private readonly Lock _randomLock = new();
    private volatile bool _isCanceled;

    public LocalEnvironment(int? seed, Action<string, ChannelMessage> log) =>
        (Seed, Rand, ComponentCatalog, _log) = (seed, NewRandom(seed), new(), log);

    private LocalEnvironment(LocalEnvironment parent, string name, Random random)
    {
        (_parent, Seed, Rand, ComponentCatalog, _log) = (parent, parent.Seed, random, parent.ComponentCatalog, parent._log);
        _prefix = $"{parent._prefix}{name}; ";
    }

    public int? Seed { get; }
    public Random Rand { get; }
    public ComponentCatalog ComponentCatalog { get; }
    public bool FallbackToCpu { get; set; } = true;
    public int? GpuDeviceId { get; set; }
    public bool IsCanceled => _isCanceled || _parent is { IsCanceled: true };
    public void CancelExecution() => _isCanceled = true;

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        lock (_randomLock) return new LocalEnvironment(this, name, NewRandom(seed ?? Rand.Next()));
    }

    public IChannel Start(string name) => new Channel(message => _log(_prefix + name, message));
    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel(_log, name);
    private static Random NewRandom(int? seed) => seed is { } s ? new Random(s) : new Random();
}
