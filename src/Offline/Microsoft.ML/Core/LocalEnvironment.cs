using System.Collections.Concurrent;

namespace Microsoft.ML.Runtime;

/// <summary>The environment behind an <see cref="MLContext"/> and, as its children, the hosts registered in it.</summary>
internal sealed class LocalEnvironment : IHost, IHostEnvironmentInternal, ICancelable
{
    private readonly LocalEnvironment _parent;
    private readonly Lock _randomLock = new();
    private volatile bool _isCanceled;

    public LocalEnvironment(int? seed)
    {
        (Seed, Rand, Root, ComponentCatalog, Options) = (seed, NewRandom(seed), this, new ComponentCatalog(), new());
        TempFilePath = Path.GetTempPath();
    }

    private LocalEnvironment(LocalEnvironment parent, string name, Random random)
    {
        (_parent, Seed, Rand, Root, ComponentCatalog) = (parent, parent.Seed, random, parent.Root, parent.ComponentCatalog);
        Name = parent.Name is null ? name : $"{parent.Name}; {name}";
    }

    public event Action<string, ChannelMessage> Message;

    public LocalEnvironment Root { get; }
    public string Name { get; }
    public int? Seed { get; }
    public Random Rand { get; }
    public ComponentCatalog ComponentCatalog { get; }
    public string TempFilePath { get; set; }
    public bool FallbackToCpu { get; set; } = true;
    public int? GpuDeviceId { get; set; }
    public ConcurrentDictionary<string, object> Options { get; }
    public string ContextDescription => Name;
    public bool IsCanceled => _isCanceled || _parent is { IsCanceled: true };
    public void CancelExecution() => _isCanceled = true;
    public TException Process<TException>(TException ex) where TException : Exception => ex;

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        lock (_randomLock) return new LocalEnvironment(this, name, NewRandom(seed ?? Rand.Next()));
    }

    public IChannel Start(string name) => new Channel(this, name);
    public IPipe<TMessage> StartPipe<TMessage>(string name) => new Channel(this, name) as IPipe<TMessage>
        ?? throw new NotSupportedException($"There is no pipe for messages of type {typeof(TMessage)}.");
    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel(this, name);
    public void Send(string source, ChannelMessage message) => Root.Message?.Invoke(source, message);
    private static Random NewRandom(int? seed) => seed is { } s ? new Random(s) : new Random();
}
